// Owns one worker of a measured layout: opens the model, then computes as many clips as each message says.
import { parentPort, workerData } from 'node:worker_threads';
import type { LayoutWorkerData } from './layouts.ts';
import { openTimed } from './timed-session.ts';

if (parentPort === null) throw new Error('layout-worker.ts runs in a worker thread only. This is a bug.');
const port = parentPort;
// layouts.ts is the only one that starts this thread.
const { model, row, threads, spinning } = workerData as LayoutWorkerData;
const session = await openTimed(model, row, { threads, spinning });
port.on('message', async (clips: number) => {
  for (let clip = 0; clip < clips; clip += 1) await session.run(1);
  port.postMessage('done');
});
port.postMessage('ready');
