// Owns the process of `npm run contract`: arguments, output, exit code. 0: all is well; 1: something breaks the contract; 2: the checks
// could not be made.
import { CommanderError } from 'commander';
import { checkOwn } from './url/check-own.ts';
import { OptionsError, readOptions } from './url/options.ts';
import { reportProfile, reportUrl } from './url/show.ts';

process.exitCode = await run();

async function run(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    const print = (text: string): void => console.log(text);
    if (options.url === undefined) return await checkOwn();
    const good = options.profile
      ? await reportProfile({ ...options, url: options.url }, print)
      : await reportUrl({ ...options, url: options.url }, print);
    return good ? 0 : 1;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = error instanceof Error ? error.message : String(error);
    console.error(error instanceof OptionsError ? `${message}\nnpm run contract -- --help lists the flags.` : message);
    return 2;
  }
}
