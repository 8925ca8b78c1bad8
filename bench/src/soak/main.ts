// Owns the command line of `npm run soak`.
import { Command, InvalidArgumentError } from 'commander';
import { soak } from './soak.ts';

/** Half an hour unless told otherwise. Sets the exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('npm run soak --')
    .description(
      'Keeps a server under mixed load while clips hang, models are swapped, callers leave and bodies are bad, and checks every answer.',
    )
    .option('--minutes <n>', 'how long', positive, 30)
    .option('--callers <n>', 'how many at once', (text) => Math.ceil(positive(text)), 16)
    .option('--pause-ms <n>', 'longest pause of a caller between two calls', positive, 20);
  const options = program.parse(args, { from: 'user' }).opts<{ minutes: number; callers: number; pauseMs: number }>();
  const result = await soak({
    durationMs: 60_000 * options.minutes,
    callers: options.callers,
    maxPauseMs: options.pauseMs,
    maxGrowth: 1.05,
    onProgress: (words) => console.error(words),
  });
  for (const [outcome, times] of [...result.outcomes].sort()) console.log(`${String(times).padStart(8)}  ${outcome}`);
  const [first, last] = result.memoryMiB.map((value) => value.toFixed(0));
  console.log(`\n${result.calls} calls, ${result.swaps} swaps of the model, ${result.workersLost} workers lost`);
  console.log(`resident memory: ${first} MiB in the first third, ${last} MiB in the last`);
  for (const problem of result.problems) console.error(`PROBLEM  ${problem}`);
  console.log(
    result.problems.length === 0 ? 'Every accepted call was answered once, and rightly.' : 'The soak failed.',
  );
  process.exitCode = result.problems.length === 0 ? 0 : 1;
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}
