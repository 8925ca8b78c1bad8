// Owns the process of `pnpm generate`: arguments, output, exit code. The only file of the generator that knows process.*.
import { runProgram } from './cli/program.ts';

const succeeded = await runProgram(process.argv.slice(2), { out: process.stdout, workingFolder: process.cwd() });
// Set instead of exiting, so that what was printed reaches a pipe.
process.exitCode = succeeded ? 0 : 1;
