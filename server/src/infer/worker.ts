// Owns a worker thread: opens the backend that it is told, warms it up, then answers one run after the other. Knows the
// model only by its path and signature, imports no algorithm, and sends errors as data.
import { parentPort, workerData } from 'node:worker_threads';
import { yieldToOtherThreads } from '../thread-priority.ts';
import type { Backend, BackendModule, WorkerInit, WorkerReply, WorkerRequest } from './backend.ts';
import { requireUnchanged } from './model-stamp.ts';
import { toErrorData } from './worker-loss.ts';

if (parentPort === null) throw new Error('worker.ts runs in a worker thread only. This is a bug.');
const port = parentPort;
// The pool in the same folder is the only one that starts this thread.
const { backendModule, options } = workerData as WorkerInit;

yieldToOtherThreads();
try {
  // A dynamic import has no type; the pool names modules with this interface only.
  const { openBackend } = (await import(backendModule)) as BackendModule;
  const backend = await openBackend(options);
  // Looked at once the file was read: whatever was written before that moment shows.
  if (options.stamp !== undefined) await requireUnchanged(options.stamp);
  // The first runs allocate and are slow: of one row and of the most, as they bound what comes.
  await backend.run(1);
  await backend.run(options.maxBatch);
  port.on('message', (request: WorkerRequest) => void answer(backend, request));
  reply({ type: 'ready' });
} catch (error) {
  reply({ type: 'start-failed', error: toErrorData(error) });
}

async function answer(backend: Backend, request: WorkerRequest): Promise<void> {
  if (request.type === 'close') {
    await backend.close();
    return port.close();
  }
  try {
    // Numbers of an earlier batch, perhaps of another client, must not pass as the result of one that wrote nothing.
    options.output.fill(Number.NaN, 0, request.rows * options.signature.outputLength);
    await backend.run(request.rows);
    reply({ type: 'done' });
  } catch (error) {
    reply({ type: 'failed', error: toErrorData(error) });
  }
}

function reply(message: WorkerReply): void {
  port.postMessage(message);
}
