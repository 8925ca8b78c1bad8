import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

test.runIf(process.platform === 'linux')('lowers the priority of the calling thread and of no other', async () => {
  const code = `
    const { readlinkSync } = await import('node:fs');
    const { getPriority } = await import('node:os');
    const { parentPort } = await import('node:worker_threads');
    const own = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    const before = getPriority(own);
    (await import(${JSON.stringify(new URL('./thread-priority.ts', import.meta.url).href)})).yieldToOtherThreads();
    parentPort.postMessage({ before, after: getPriority(own), main: getPriority(process.pid) });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const [{ before, after, main }] = await once(worker, 'message');
  expect(after).toBe(Math.min(before + 5, 19));
  expect(main).toBe(before);
  await worker.terminate();
});
