// Owns the measurement of the way between the HTTP thread and a worker: a message for each batch (as served), a second batch sent
// ahead of time (prefetch), and Atomics on shared memory. Eight callers in a closed loop, one worker, the development model; the main
// thread also burns time for each clip, as parsing and answering do. All ways in turn in one process, medians.
// Run: node server/bench/worker-hop.bench.ts [seconds a turn] [turns]
import { once } from 'node:events';
import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { algorithms } from '../src/algorithms/index.ts';
import { developmentModelPath } from '../src/development-model-path.ts';

const CALLERS = 8;
const MAX_BATCH = 8;
const secondsATurn = Number(process.argv[2] ?? 2);
const turns = Number(process.argv[3] ?? 5);
const name = algorithmNames[0];
const { inputLength, outputLength } = algorithms[name].model;

const WAYS = {
  message: { slots: 1, wait: 'message' },
  prefetch: { slots: 2, wait: 'message' },
  atomics: { slots: 1, wait: 'atomics' },
} as const;
type Way = keyof typeof WAYS;

interface Hop {
  /** Batches that may be with the worker at once. */
  readonly depth: number;
  run(rows: readonly Float32Array[]): Promise<void>;
}

const shared = (count: number) => new Float32Array(new SharedArrayBuffer(4 * count));

async function open(way: Way): Promise<Hop> {
  const { slots: depth, wait } = WAYS[way];
  const slots = Array.from({ length: depth }, () => ({
    input: shared(MAX_BATCH * inputLength),
    output: shared(MAX_BATCH * outputLength),
  }));
  const doorbell = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL('./worker-hop.worker.ts', import.meta.url), {
    workerData: { modelPath: developmentModelPath('.cache', name), maxBatch: MAX_BATCH, slots, doorbell, wait },
  });
  await once(worker, 'message');
  const free = slots.map((_, index) => index);
  const done = new Map<number, () => void>();
  worker.on('message', (slot: number) => done.get(slot)?.());
  return {
    depth,
    async run(rows) {
      const slot = free.shift();
      const buffers = slots[slot ?? -1];
      if (slot === undefined || buffers === undefined) throw new Error('No slot is free.');
      for (const [index, row] of rows.entries()) buffers.input.set(row, index * inputLength);
      if (wait === 'message') {
        await new Promise<void>((resolve) => {
          done.set(slot, resolve);
          worker.postMessage({ slot, rows: rows.length });
        });
      } else {
        const before = Atomics.load(doorbell, 1);
        Atomics.store(doorbell, 0, rows.length);
        Atomics.notify(doorbell, 0);
        await Atomics.waitAsync(doorbell, 1, before).value;
      }
      for (const index of rows.keys()) buffers.output.slice(index * outputLength, (index + 1) * outputLength);
      free.push(slot);
    },
  };
}

/** One turn: clips a second, and microseconds of CPU of the whole process for each. */
async function measure(
  hop: Hop,
  burnMicroseconds: number,
): Promise<{ clipsPerSecond: number; cpuMicroseconds: number }> {
  const row = Float32Array.from({ length: inputLength }, (_, index) => Math.sin(index));
  let waiting = CALLERS;
  let busy = 0;
  let clips = 0;
  const end = performance.now() + 1000 * secondsATurn;
  const cpu = process.cpuUsage();
  const started = performance.now();
  await new Promise<void>((resolve) => {
    const pump = (): void => {
      if (performance.now() > end) {
        if (busy === 0) resolve();
        return;
      }
      while (busy < hop.depth && waiting > 0) {
        // What waits is shared between the free slots, as the batcher does.
        const rows = Math.min(MAX_BATCH, Math.ceil(waiting / (hop.depth - busy)));
        waiting -= rows;
        busy += 1;
        void hop.run(Array.from({ length: rows }, () => row)).then(() => {
          busy -= 1;
          clips += rows;
          // The slot gets its next batch first; then these callers read their answers and come again.
          pump();
          for (let caller = 0; caller < rows; caller += 1) setImmediate(comeAgain);
        });
      }
    };
    const comeAgain = (): void => {
      const until = performance.now() + burnMicroseconds / 1000;
      while (performance.now() < until);
      waiting += 1;
      pump();
    };
    pump();
  });
  const { user, system } = process.cpuUsage(cpu);
  return {
    clipsPerSecond: clips / ((performance.now() - started) / 1000),
    cpuMicroseconds: (user + system) / clips - burnMicroseconds,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

console.log(
  `node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores, ${turns} turns of ${secondsATurn} s\n`,
);
console.log('burnt a clip   way         clips/s   CPU µs a clip (without what is burnt)');
// The three in Object.keys are the keys of WAYS.
const ways = Object.keys(WAYS) as Way[];
const hops = new Map<Way, Hop>();
for (const way of ways) hops.set(way, await open(way));
for (const burn of [0, 300]) {
  const results = new Map(ways.map((way) => [way, [] as Awaited<ReturnType<typeof measure>>[]]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [way, hop] of hops) results.get(way)?.push(await measure(hop, burn));
  }
  for (const [way, measured] of results) {
    const clips = median(measured.map(({ clipsPerSecond }) => clipsPerSecond));
    const cpu = median(measured.map(({ cpuMicroseconds }) => cpuMicroseconds));
    console.log(
      `${`${burn} µs`.padEnd(15)}${way.padEnd(10)}${clips.toFixed(0).padStart(9)}${cpu.toFixed(0).padStart(16)}`,
    );
  }
}
process.exit();
