// Owns the proof that memory which chunks leave behind outside of V8's heap is freed with few collections of the whole heap. In a
// process of its own: the settings are the process's.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { letGo } from './garbage-collection.ts';

/** Lets a gigabyte of chunks go, as a socket does that is read; counts the collections of the whole heap and looks how much lies around. */
const PROGRAM = `
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { collectSeldom, letGo } from './server/src/garbage-collection.ts';
const [settings, memory] = process.argv.slice(1);
if (settings === 'ours') collectSeldom();
let whole = 0;
const count = (entries) => {
  for (const { detail } of entries) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) whole += 1;
};
const observer = new PerformanceObserver((list) => count(list.getEntries()));
observer.observe({ entryTypes: ['gc'] });
let mostBytes = 0;
for (let megabyte = 0; megabyte < 1024; megabyte += 1) {
  for (let chunk = 0; chunk < 16; chunk += 1) {
    const chunk = Buffer.allocUnsafeSlow(64 * 1024);
    if (settings === 'ours') letGo(memory === 'own' ? chunk : chunk.subarray(1));
  }
  await turn();
  mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers);
}
count(observer.takeRecords());
console.log(JSON.stringify({ whole, mostMiB: mostBytes / 2 ** 20 }));
`;

type Memory = 'own' | 'part';

async function collections(settings: 'ours' | 'defaults', memory: Memory): Promise<{ whole: number; mostMiB: number }> {
  const args = ['--input-type=module', '--eval', PROGRAM, settings, memory];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

test.each<{ memory: Memory; mostMiB: number }>([
  { memory: 'own', mostMiB: 8 },
  { memory: 'part', mostMiB: 48 },
])(
  'a gigabyte of chunks goes by with few collections of the whole heap, and little of it lies around at a time ($memory memory)',
  async ({ memory, mostMiB }) => {
    const defaults = await collections('defaults', memory);
    const ours = await collections('ours', memory);
    expect(ours.whole).toBeLessThan(defaults.whole);
    expect(ours.mostMiB).toBeLessThan(Math.min(mostMiB, defaults.mostMiB));
  },
);

test('a part of some memory is let go of without what else lies there', () => {
  const memory = new Uint8Array(64).fill(7);
  letGo(memory.subarray(0, 63));
  expect([...memory.subarray(60)]).toEqual([7, 7, 7, 7]);
});
