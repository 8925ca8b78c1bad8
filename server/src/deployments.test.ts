// Shows how many workers a start has where nobody says it.
import { expect, test } from 'vitest';
import { mostWorkers } from './deployments.ts';

test.each([
  { executionProvider: 'cpu', threadsPerWorker: 1, cores: 16, want: 16 },
  { executionProvider: 'cpu', threadsPerWorker: 3, cores: 8, want: 2 },
  { executionProvider: 'cpu', threadsPerWorker: 4, cores: 2, want: 1 },
  { executionProvider: 'cuda', threadsPerWorker: 1, cores: 16, want: 1 },
])('$cores cores, $threadsPerWorker threads each on $executionProvider: $want', ({ cores, want, ...config }) => {
  expect(mostWorkers(config, cores)).toBe(want);
});
