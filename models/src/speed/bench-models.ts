// Owns the measurement of one or several models of the same algorithm: alone, in batches, in layouts, and against other runtimes on the
// same weights, all on the CPU. What is compared runs in turn, and the best of some rounds counts. Must not know the command line nor how a report looks.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from '../compare.ts';
import { buildFrontEndModel } from '../front-end/graph.ts';
import type { Variant } from '../vit/arithmetic.ts';
import type { FormName } from '../vit/form.ts';
import { type Layout, type LayoutSpeed, layoutsFor, measureLayout } from './layouts.ts';
import { type ModelFacts, noise, readFacts } from './model-facts.ts';
import { countOperations } from './operations.ts';
import { buildPeakModel, PEAK_OPERATIONS, peakInput } from './peak.ts';
import { type PeerName, startPeer } from './peers.ts';
import { type BatchSpeed, recommendBatch, recommendLayout } from './recommend-layout.ts';
import { inTurn, ONE_THREAD, openTimed, type TimedSession } from './timed-session.ts';

export interface BenchOptions {
  /** ONNX models; the first one is what the others and the peers are compared with. */
  readonly models: readonly string[];
  readonly rounds: number;
  /** Work of a round of a layout, in ms: long enough that its begin and end do not count. */
  readonly roundMs: number;
  readonly batches: readonly number[];
  /** Weights that the first model was made from, and a Python that has the peers. */
  readonly against?: { readonly folder: string; readonly python: string; readonly peers: readonly PeerName[] };
  readonly note: (text: string) => void;
}

export interface ModelSpeed {
  readonly file: string;
  readonly variant: Variant;
  readonly form: FormName | undefined;
  readonly bytes: number;
  /** Processor time for one clip, one thread. */
  readonly cpuMs: number;
  readonly clipsPerSecond: number;
  /** Of the first model's speed. */
  readonly timesTheFirst: number;
  /** Operations of its products for one clip; undefined where they cannot be told. */
  readonly operations: number | undefined;
  readonly gigaflops: number | undefined;
  /** What one large product reaches on this machine in the same arithmetic. */
  readonly peakGigaflops: number;
  readonly shareOfPeak: number | undefined;
  /** Of the time; undefined when the model says nothing of a front end that is known here. */
  readonly shareOfFrontEnd: number | undefined;
  readonly batches: readonly BatchSpeed[];
  readonly recommendedBatch: number;
  readonly layouts: readonly LayoutSpeed[];
  readonly layoutsLeftOut: readonly {
    readonly layout: Layout;
    readonly neededBytes: number;
    readonly freeBytes: number;
  }[];
  readonly recommendedLayout: { readonly layout: LayoutSpeed; readonly reason: string } | undefined;
}

export interface PeerSpeed {
  readonly name: PeerName;
  readonly version: string;
  readonly cpuMs: number;
  /** Of the first model, in turn with this peer. */
  readonly oursCpuMs: number;
  readonly problem?: undefined;
}

export interface Bench {
  readonly cores: number;
  readonly models: readonly ModelSpeed[];
  readonly peers: readonly (PeerSpeed | { readonly name: PeerName; readonly problem: string })[];
}

/** Of the memory that is free, layouts leave a fifth. */
const USABLE_SHARE = 0.8;

/** A peer whose embedding is further off than this computes something else. int8 is the least exact that is compared. */
const SMALLEST_COSINE = 0.999;

/** @throws Error when a file is no model with an input `[N, 32000]`. */
export async function benchModels(options: BenchOptions): Promise<Bench> {
  const { models, rounds, batches, against, note } = options;
  const cores = availableParallelism();
  const clip = noise();
  const facts = await Promise.all(models.map(readFacts));
  const speeds: ModelSpeed[] = [];
  const alone = await measureAlone(facts, clip, rounds, note);
  const [first = Number.NaN] = alone.map(({ cpuMs }) => cpuMs);
  for (const [index, fact] of facts.entries()) {
    const { cpuMs, peakMs, frontEndMs } = alone[index] ?? { cpuMs: Number.NaN, peakMs: Number.NaN };
    note(`${fact.file}: batches of ${batches.join(', ')}.`);
    const batchSpeeds = await measureBatches(fact.path, clip, batches, rounds);
    const operations = await countOperations(fact.path, clip);
    const gigaflops = operations === undefined ? undefined : operations / cpuMs / 1e6;
    const peakGigaflops = PEAK_OPERATIONS / peakMs / 1e6;
    const { layouts, leftOut } = await measureLayouts(fact, clip, cores, options);
    speeds.push({
      file: fact.file,
      variant: fact.variant,
      form: fact.form,
      bytes: fact.bytes,
      cpuMs,
      clipsPerSecond: 1000 / cpuMs,
      timesTheFirst: first / cpuMs,
      operations,
      gigaflops,
      peakGigaflops,
      shareOfPeak: gigaflops === undefined ? undefined : gigaflops / peakGigaflops,
      shareOfFrontEnd: frontEndMs === undefined ? undefined : frontEndMs / cpuMs,
      batches: batchSpeeds,
      recommendedBatch: recommendBatch(batchSpeeds, ({ cpuMs }) => cpuMs),
      layouts,
      layoutsLeftOut: leftOut,
      recommendedLayout: recommendLayout(layouts, cores),
    });
  }
  const [model] = models;
  const peers =
    against === undefined || model === undefined ? [] : await measurePeers(model, clip, against, rounds, note);
  return { cores, models: speeds, peers };
}

interface Alone {
  readonly cpuMs: number;
  readonly peakMs: number;
  readonly frontEndMs?: number;
}

/** All models, their yardsticks and the front end in turn. */
async function measureAlone(
  facts: readonly ModelFacts[],
  clip: Float32Array,
  rounds: number,
  note: (text: string) => void,
): Promise<Alone[]> {
  note(`${facts.map(({ file }) => file).join(', ')}: one clip, one thread.`);
  await using sessions = new AsyncDisposableStack();
  const open = async (model: Uint8Array | string, row: Float32Array) =>
    sessions.use(await openTimed(model, row, ONE_THREAD));
  const frontEnd = await open(buildFrontEndModel(), clip);
  const contestants: { session: TimedSession; peak: TimedSession }[] = [];
  for (const { path, variant } of facts) {
    contestants.push({ session: await open(path, clip), peak: await open(buildPeakModel(variant), peakInput()) });
  }
  // The yardstick runs more often: it is short, and too low a peak would flatter the models.
  const inRound = contestants.flatMap(({ session, peak }) => [session, ...Array<TimedSession>(PEAK_RUNS).fill(peak)]);
  const [frontEndMs = Number.NaN, ...times] = await inTurn([frontEnd, ...inRound], rounds);
  return facts.map(({ hasKnownFrontEnd }, index) => {
    const [cpuMs = Number.NaN, ...peaks] = times.slice(index * (1 + PEAK_RUNS), (index + 1) * (1 + PEAK_RUNS));
    return { cpuMs, peakMs: Math.min(...peaks), ...(hasKnownFrontEnd && { frontEndMs }) };
  });
}

const PEAK_RUNS = 4;

async function measureBatches(
  model: string,
  clip: Float32Array,
  batches: readonly number[],
  rounds: number,
): Promise<BatchSpeed[]> {
  await using session = await openTimed(model, clip, ONE_THREAD);
  const times = await inTurn(
    batches.map((rows) => ({ run: () => session.run(rows) })),
    rounds,
  );
  return batches.map((rows, index) => ({ rows, cpuMs: (times[index] ?? Number.NaN) / rows }));
}

async function measureLayouts(
  { path, file, bytes }: ModelFacts,
  clip: Float32Array,
  cores: number,
  { rounds, roundMs, note }: BenchOptions,
) {
  const layouts: LayoutSpeed[] = [];
  const leftOut: ModelSpeed['layoutsLeftOut'][number][] = [];
  for (const layout of layoutsFor(cores)) {
    const [neededBytes, freeBytes] = [layout.workers * bytes, Math.floor(freeBytesNow() * USABLE_SHARE)];
    if (neededBytes > freeBytes) leftOut.push({ layout, neededBytes, freeBytes });
    else {
      note(`${file}: ${layout.workers} × ${layout.threads}${layout.spinning ? ', spinning' : ''}.`);
      layouts.push(await measureLayout(path, clip, layout, { rounds: Math.min(rounds, 3), roundMs }));
    }
  }
  return { layouts, leftOut };
}

/** Of the machine or of the container, caches counted as free. */
function freeBytesNow(): number {
  return process.availableMemory() || freemem();
}

async function measurePeers(
  model: string,
  clip: Float32Array,
  { folder, python, peers }: NonNullable<BenchOptions['against']>,
  rounds: number,
  note: (text: string) => void,
): Promise<Bench['peers']> {
  const scratch = await mkdtemp(join(tmpdir(), 'peers-'));
  try {
    await using ours = await openTimed(model, clip, ONE_THREAD);
    const embedding = await ours.compute(clip);
    const spectrogram = join(scratch, 'spectrogram');
    await using frontEnd = await openTimed(buildFrontEndModel(), clip, ONE_THREAD);
    await writeFile(spectrogram, new Uint8Array((await frontEnd.compute(clip)).slice().buffer));
    const results: Bench['peers'][number][] = [];
    // One after the other: each holds the weights in memory.
    for (const name of peers) {
      note(`${name} on the same weights.`);
      try {
        await using peer = await startPeer(name, { python, folder, spectrogram, scratch });
        const { cosine } = compare(peer.embedding, embedding);
        if (!(cosine >= SMALLEST_COSINE))
          throw new Error(
            `The peer ${name} computes something else: expected a cosine of at least ${SMALLEST_COSINE} to our embedding, got ${cosine.toFixed(6)}. Give the weights that the model was made from.`,
          );
        const [cpuMs = Number.NaN, oursCpuMs = Number.NaN] = await inTurn([peer, ours], rounds);
        results.push({ name, version: peer.version, cpuMs, oursCpuMs });
      } catch (error) {
        results.push({ name, problem: error instanceof Error ? error.message : String(error) });
      }
    }
    return results;
  } finally {
    await rm(scratch, { recursive: true });
  }
}
