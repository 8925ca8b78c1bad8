// Owns a backend that misbehaves on demand, to be loaded by a worker thread in place of the real one. The first number of a
// row says what happens; the name of the model file says how the start goes. Test support only.
import { appendFileSync, openSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Backend, BackendOptions } from '../backend.ts';
import { ModelFileError } from '../model-file-error.ts';

/** First number of a row → what its batch does. Any other first number: each output number is that number plus its index. */
export const POISON = { throws: -1, exits: -2, hangs: -3, crashes: -4, silent: -5, hoards: -6, blocks: -7 } as const;

/** First number of a row that asks for the id of the thread that computes it. */
export const ASKS_FOR_THREAD = -8;

/** Model file name → how the start goes. Each attempt adds one byte to the file. */
export const START = {
  throws: 'throws',
  exits: 'exits',
  badModel: 'bad-model',
  secondTry: 'second-try',
  hangs: 'hangs',
  onceOnly: 'once-only',
} as const;

/** Name of the pipe beside the model file that `blocks` waits for: in the operating system, where no thread can be ended. */
export const PIPE = 'pipe';

export async function openBackend(options: BackendOptions): Promise<Backend> {
  const start = basename(options.modelPath);
  appendFileSync(options.modelPath, '.');
  const attempts = readFileSync(options.modelPath).length;
  if (start === START.throws) throw new Error('no memory');
  if (start === START.exits) process.exit(7);
  if (start === START.badModel) throw new ModelFileError('wrong shape');
  if (start === START.secondTry && attempts < 2) throw new Error('not yet');
  if (start === START.onceOnly && attempts > 1) throw new Error('not again');
  if (start === START.hangs) for (;;);
  return {
    async run(rows) {
      const { input, output, signature } = options;
      const firsts = Array.from({ length: rows }, (_, row) => input[row * signature.inputLength] ?? Number.NaN);
      if (firsts.includes(POISON.throws)) throw new Error('poison');
      if (firsts.includes(POISON.exits)) process.exit(8);
      if (firsts.includes(POISON.crashes)) {
        setImmediate(() => {
          throw new Error('a bug far from the batch');
        });
        await new Promise(() => {});
      }
      if (firsts.includes(POISON.hangs)) for (;;);
      if (firsts.includes(POISON.hoards))
        for (const hoard: number[][] = []; ; ) hoard.push(new Array(1e5).fill(hoard.length));
      if (firsts.includes(POISON.blocks)) openSync(join(dirname(options.modelPath), PIPE), 'r');
      for (const [row, first] of firsts.entries()) {
        if (first === POISON.silent) continue;
        for (let index = 0; index < signature.outputLength; index++)
          output[row * signature.outputLength + index] = (first === ASKS_FOR_THREAD ? threadId : first) + index;
      }
    },
    close: async () => {},
  };
}
