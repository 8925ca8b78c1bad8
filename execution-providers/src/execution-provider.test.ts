// Shows which execution providers are refused and with which words, and that float32 stays float32. What a machine has is not known here,
// so the providers' own libraries are stood in for.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import {
  demandExecutionProvider,
  ExecutionProviderError,
  knownExecutionProviders,
  prepareExecutionProvider,
} from './execution-provider.ts';
import { libraryFolder, missingLibraries } from './missing-libraries.ts';

const TF32 = 'NVIDIA_TF32_OVERRIDE';
const before = process.env[TF32];
const folder = mkdtempSync(join(tmpdir(), 'execution-providers-'));
afterEach(() => {
  if (before === undefined) delete process.env[TF32];
  else process.env[TF32] = before;
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the CPU is known and works', async () => {
  expect(knownExecutionProviders()).toContain('cpu');
  await expect(demandExecutionProvider('cpu')).resolves.toBeUndefined();
});

test('one that is not known is refused with those that are', async () => {
  const error = await demandExecutionProvider('abacus').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ExecutionProviderError);
  expect(String(error)).toMatch(/--execution-provider: this build of onnxruntime has .*cpu.*, got "abacus"/);
});

// The libraries come with no package; a machine on which they were put has a GPU to compute with.
test.runIf(process.platform === 'linux')('one without its libraries is refused by their names', async () => {
  const missing = await missingLibraries('tensorrt');
  if (missing.length === 0) return expect(knownExecutionProviders()).toContain('tensorrt');
  const error = await demandExecutionProvider('tensorrt').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ExecutionProviderError);
  const known = knownExecutionProviders().includes('tensorrt');
  expect(String(error)).toContain(
    known ? `missing are ${missing.join(', ')}. Install what it needs` : 'got "tensorrt"',
  );
  expect(String(error)).not.toContain(libraryFolder());
});

test.runIf(process.platform === 'linux')('what its libraries need in turn is named too', async () => {
  expect(await missingLibraries('cuda', folder)).toEqual([
    'libonnxruntime_providers_cuda.so',
    'libonnxruntime_providers_shared.so',
  ]);
  writeFileSync(join(folder, 'libonnxruntime_providers_shared.so'), '');
  // A real library, away from the one that it needs.
  copyFileSync(join(libraryFolder(), 'onnxruntime_binding.node'), join(folder, 'libonnxruntime_providers_cuda.so'));
  expect(await missingLibraries('cuda', folder)).toEqual(['libonnxruntime.so.1']);
  copyFileSync(join(libraryFolder(), 'libonnxruntime.so.1'), join(folder, 'libonnxruntime.so.1'));
  expect(await missingLibraries('cuda', folder)).toEqual([]);
  expect(await missingLibraries('cpu', folder)).toEqual([]);
});

test.each([
  { provider: 'cuda', set: undefined, want: '0' },
  { provider: 'tensorrt', set: undefined, want: '0' },
  { provider: 'cuda', set: '1', want: '1' },
  { provider: 'cpu', set: undefined, want: undefined },
])('with $provider and $set before, TF32 is allowed by $want', ({ provider, set, want }) => {
  if (set === undefined) delete process.env[TF32];
  else process.env[TF32] = set;
  prepareExecutionProvider(provider);
  expect(process.env[TF32]).toBe(want);
});
