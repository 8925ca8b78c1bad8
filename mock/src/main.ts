// Owns the process: arguments, signals, exit codes and what a person reads. The only file that touches `process`.
import { CommanderError } from 'commander';
import { banner } from './banner.ts';
import { readContracts } from './contract.ts';
import { type MockOptions, OptionsError, readOptions } from './options.ts';
import { type Started, startMock, startProxy } from './start.ts';

/** Exit code of a start that its settings make impossible; sysexits' EX_CONFIG. */
const EX_CONFIG = 78;
/** A call that takes longer is cut off when the mock ends. */
const DRAIN_LIMIT_MS = 5_000;

async function main(args: readonly string[]): Promise<void> {
  const options = optionsOrExit(args);
  // Whoever read the greeting may be gone.
  process.stdout.on('error', () => {});
  try {
    const contracts = await readContracts(options.algorithms);
    if (contracts.length > 1 && options.endpoint !== undefined)
      throw new Error('--endpoint is for one algorithm, but several are served; choose one with --algorithms.');
    const mock = await (options.proxy === undefined
      ? startMock(contracts, options)
      : startProxy(options.proxy, contracts, options));
    endOnSignals(mock);
    console.log(banner(mock.url, contracts, options));
    console.log(`Ready after ${(process.uptime() * 1000).toFixed(0)} ms.`);
  } catch (error) {
    console.error(startProblem(error));
    process.exit(EX_CONFIG);
  }
}

function optionsOrExit(args: readonly string[]): MockOptions {
  try {
    return readOptions(args);
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : EX_CONFIG);
    if (!(error instanceof OptionsError)) throw error;
    console.error(`The settings are not usable:\n${error.message}`);
    return process.exit(EX_CONFIG);
  }
}

function endOnSignals(mock: Started): void {
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // npm hands the terminal's own signal on, so it may come twice.
      if (ending) return;
      ending = true;
      void mock.close(DRAIN_LIMIT_MS).then(async () => {
        if (mock.farewell !== undefined) console.log(await mock.farewell());
        process.exit();
      });
    });
  }
}

function startProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return 'The port is taken by another program. Choose another with --port (0 picks a free one).';
  if (code === 'EACCES') return 'The port may not be opened. Choose one above 1023 with --port.';
  return error instanceof Error ? error.message : String(error);
}

await main(process.argv.slice(2));
