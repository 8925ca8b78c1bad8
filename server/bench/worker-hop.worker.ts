// Owns the worker side of worker-hop.bench.ts: one session, and one of three ways to hear of a batch.
import { parentPort, workerData } from 'node:worker_threads';
import { algorithms } from '../src/algorithms/index.ts';
import { openBackend } from '../src/infer/onnx.ts';

// The bench is the only one that starts this thread, with these members.
const { modelPath, maxBatch, slots, doorbell, wait } = workerData as {
  modelPath: string;
  maxBatch: number;
  slots: { input: Float32Array; output: Float32Array }[];
  /** [rows of the batch in slot 0, batches done]. */
  doorbell: Int32Array;
  wait: 'message' | 'atomics';
};
const [algorithm] = Object.values(algorithms);
if (parentPort === null || algorithm === undefined)
  throw new Error('A worker of the bench lacks its port or an algorithm.');
const port = parentPort;
const settings = { threads: 1, executionProvider: 'cpu', weights: 'private' } as const;
const backends = await Promise.all(
  slots.map(({ input, output }) =>
    openBackend({ modelPath, signature: algorithm.model, settings, maxBatch, input, output }),
  ),
);
for (const backend of backends) await backend.run(maxBatch);
port.postMessage('ready');
if (wait === 'message') {
  port.on('message', async ({ slot, rows }: { slot: number; rows: number }) => {
    await backends[slot]?.run(rows);
    port.postMessage(slot);
  });
} else {
  for (;;) {
    Atomics.wait(doorbell, 0, 0);
    const rows = Atomics.exchange(doorbell, 0, 0);
    if (rows < 0) break;
    await backends[0]?.run(rows);
    Atomics.add(doorbell, 1, 1);
    Atomics.notify(doorbell, 1);
  }
}
