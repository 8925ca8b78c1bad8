// Owns the checks of the onnxruntime backend on this thread: shared slots, batch sizes, refused signatures.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BackendOptions, BackendSettings } from './backend.ts';
import { ModelFileError } from './model-file-error.ts';
import { openBackend } from './onnx.ts';
import { temporaryFolder } from './test-support/temporary-folder.ts';
import { type TinyModel, tinyModel } from './test-support/tiny-model.ts';

const write = temporaryFolder();
const MAX_BATCH = 3;

function options(modelPath: string, settings: Partial<BackendSettings> = {}): BackendOptions {
  return {
    modelPath,
    signature: { inputName: 'x', inputLength: 8, outputName: 'embedding', outputLength: 4 },
    settings: { threads: 1, executionProvider: 'cpu', weights: 'private', ...settings },
    maxBatch: MAX_BATCH,
    input: new Float32Array(new SharedArrayBuffer(MAX_BATCH * 8 * 4)),
    output: new Float32Array(new SharedArrayBuffer(MAX_BATCH * 4 * 4)),
  };
}

test('computes from the shared input into the shared output, for every batch size, and touches no row beyond', async () => {
  // Column j of the matrix picks x[j], so that a row's result is its first four samples.
  const weights = new Float32Array(32);
  for (let column = 0; column < 4; column++) weights[column * 4 + column] = 1;
  const given = options(write('pick.onnx', tinyModel({ inputLength: 8, outputLength: 4, weights })));
  const backend = await openBackend(given);
  for (const rows of [1, 2, 3, 1]) {
    given.input.set(given.input.map((_, index) => index + 100 * rows));
    given.output.fill(-1);
    await backend.run(rows);
    const want = Array.from({ length: MAX_BATCH }, (_, row) =>
      [0, 1, 2, 3].map((column) => (row < rows ? row * 8 + column + 100 * rows : -1)),
    );
    expect([...given.output]).toEqual(want.flat());
  }
  await expect(backend.run(4)).rejects.toThrow('Expected 1 to 3 rows, got 4');
  await backend.close();
});

test.each([{ weights: 'private' }, { weights: 'shared' }] as const)(
  '$weights weights give the same numbers',
  async ({ weights }) => {
    write('numbers.data', new Uint8Array(Float32Array.from({ length: 32 }, (_, index) => index).buffer));
    const path = write('outside.onnx', tinyModel({ inputLength: 8, outputLength: 4, weightsIn: 'numbers.data' }));
    const given = options(path, { weights });
    const backend = await openBackend(given);
    given.input.set([1, 0, 0, 0, 0, 0, 0, 2]);
    await backend.run(1);
    expect([...given.output.subarray(0, 4)]).toEqual([0 + 2 * 28, 1 + 2 * 29, 2 + 2 * 30, 3 + 2 * 31]);
    await backend.close();
  },
);

// The file that tells the process's own memory from mapped files is Linux's.
test.runIf(process.platform === 'linux')(
  'shared weights are mapped, private ones are memory of their own',
  async () => {
    const size = 4096;
    const weightBytes = size * size * 4;
    write('large.data', new Uint8Array(weightBytes));
    const path = write('large.onnx', tinyModel({ inputLength: size, outputLength: size, weightsIn: 'large.data' }));
    const grownBytes = async (weights: BackendSettings['weights']) => {
      const given = options(path, { weights });
      const before = ownMemoryBytes();
      const backend = await openBackend({
        ...given,
        signature: { ...given.signature, inputLength: size, outputLength: size },
        maxBatch: 1,
        input: new Float32Array(size),
        output: new Float32Array(size),
      });
      await backend.run(1);
      const grown = ownMemoryBytes() - before;
      await backend.close();
      return grown / weightBytes;
    };
    expect(await grownBytes('shared')).toBeLessThan(0.4);
    expect(await grownBytes('private')).toBeGreaterThan(0.8);
  },
);

function ownMemoryBytes(): number {
  const [, kilobytes] = /^Anonymous: +(\d+) kB$/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

describe('a model with another signature is refused', () => {
  const cases: { given: TinyModel; want: string }[] = [
    { given: { inputLength: 16, outputLength: 4 }, want: 'has input x [N,16]; expected x [N,8].' },
    { given: { inputLength: 8, outputLength: 5 }, want: 'has output embedding [N,5]; expected embedding [N,4].' },
    {
      given: { inputLength: 8, outputLength: 4, inputName: 'audio' },
      want: 'has input audio [N,8]; expected x [N,8].',
    },
    { given: { inputLength: 8, outputLength: 4, fixedRows: 1 }, want: 'has input x [1,8]; expected x [N,8].' },
  ];
  test.each(cases)('$want', async ({ given, want }) => {
    const path = write('other.onnx', tinyModel(given));
    const error = await openBackend(options(path)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ModelFileError);
    expect(String(error)).toContain(`Model other.onnx ${want}`);
  });
});

test.each([
  { given: 'a damaged file', content: 'no model', executionProvider: 'cpu', want: 'broken.onnx is none' },
  {
    given: 'an unknown provider',
    content: tinyModel({ inputLength: 8, outputLength: 4 }),
    executionProvider: 'abacus',
    want: 'abacus',
  },
])('$given cannot be loaded; the message does not show the folder', async ({ content, executionProvider, want }) => {
  const path = write('broken.onnx', content);
  const error = await openBackend(options(path, { executionProvider })).catch((caught: unknown) => caught);
  expect(String(error)).toContain(want);
  expect(String(error)).not.toContain(dirname(path));
});
