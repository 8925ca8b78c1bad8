// Owns the measurement of models on another execution provider than the CPU: by the clock, since processor time says nothing there, and
// in batches, which such a device needs. Must not know the command line nor how a report looks.
import { CPU } from '@predict-schemata/execution-providers';
import type { Variant } from '../vit/arithmetic.ts';
import type { FormName } from '../vit/form.ts';
import { type ModelFacts, noise, readFacts } from './model-facts.ts';
import { countOperations } from './operations.ts';
import { recommendBatch } from './recommend-layout.ts';
import { ONE_THREAD, openTimed, type TimedSession } from './timed-session.ts';

export interface DeviceBenchOptions {
  /** ONNX models; the first one is what the others are compared with. */
  readonly models: readonly string[];
  /** One that is known to work here. */
  readonly executionProvider: string;
  readonly batches: readonly number[];
  /** Rounds of each batch, of which the best counts. */
  readonly rounds: number;
  readonly note: (text: string) => void;
}

export interface DeviceBatch {
  readonly rows: number;
  /** From handing over the batch to having its results, for one clip of it. The way to the device and back is in it, as in the server. */
  readonly wallMs: number;
  readonly clipsPerSecond: number;
}

export interface DeviceModelSpeed {
  readonly file: string;
  readonly variant: Variant;
  readonly form: FormName | undefined;
  readonly bytes: number;
  readonly batches: readonly DeviceBatch[];
  /** Batches that the device did not compute, and the first reason that it gave. */
  readonly failed: { readonly rows: readonly number[]; readonly problem: string } | undefined;
  /** The batch with most clips per second. */
  readonly best: DeviceBatch;
  /** The smallest batch that is nearly as good. */
  readonly recommendedBatch: number;
  /** Of the first model's clips per second, each in its best batch. */
  readonly timesTheFirst: number;
  /** Operations of its products for one clip; undefined where they cannot be told. */
  readonly operations: number | undefined;
  readonly gigaflops: number | undefined;
}

export interface DeviceBench {
  readonly executionProvider: string;
  readonly models: readonly DeviceModelSpeed[];
  /** File of the model with most clips per second. */
  readonly winner: string;
}

/** @throws Error when a file is no model with an input `[N, 32000]`, or a model computes no batch at all. */
export async function benchOnDevice(options: DeviceBenchOptions): Promise<DeviceBench> {
  const { executionProvider, note } = options;
  const facts = await Promise.all(options.models.map(readFacts));
  const clip = noise();
  const measured = await measureInTurn(facts, clip, options);
  const models: DeviceModelSpeed[] = [];
  for (const { facts, batches, failed } of measured) {
    const { path, file, variant, form, bytes } = facts;
    const [best] = batches.toSorted((a, b) => b.clipsPerSecond - a.clipsPerSecond);
    if (best === undefined)
      throw new Error(`Model ${file}: expected it to compute some batch, but got: ${failed?.problem}`);
    note(`${file}: counting its operations, on the CPU.`);
    const operations = await countOperations(path, clip);
    models.push({
      file,
      variant,
      form,
      bytes,
      batches,
      failed,
      best,
      recommendedBatch: recommendBatch(batches, ({ wallMs }) => wallMs),
      timesTheFirst: best.clipsPerSecond / (models[0] ?? { best }).best.clipsPerSecond,
      operations,
      gigaflops: operations === undefined ? undefined : (operations * best.clipsPerSecond) / 1e9,
    });
  }
  const [fastest] = models.toSorted((a, b) => b.best.clipsPerSecond - a.best.clipsPerSecond);
  return { executionProvider, models, winner: fastest?.file ?? '' };
}

interface Measured {
  readonly facts: ModelFacts;
  readonly batches: DeviceBatch[];
  failed: { rows: number[]; problem: string } | undefined;
}

/** All models in turn, batch by batch, so that a device that slows down as it warms slows all of them. */
async function measureInTurn(
  facts: readonly ModelFacts[],
  clip: Float32Array,
  { executionProvider, batches, rounds, note }: DeviceBenchOptions,
): Promise<Measured[]> {
  await using sessions = new AsyncDisposableStack();
  const settings = { ...ONE_THREAD, executionProvider };
  const contestants: { session: TimedSession; measured: Measured }[] = [];
  for (const own of facts) {
    const session = sessions.use(await openTimed(own.path, clip, settings));
    contestants.push({ session, measured: { facts: own, batches: [], failed: undefined } });
  }
  for (const rows of batches) {
    note(`Batches of ${rows}.`);
    const best = contestants.map(() => Number.POSITIVE_INFINITY);
    // The first round does not count: memory is taken and kernels are chosen in it.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [index, { session, measured }] of contestants.entries()) {
        if (measured.failed?.rows.includes(rows)) continue;
        try {
          const { wallMs } = await session.run(rows);
          if (round > 0) best[index] = Math.min(best[index] ?? wallMs, wallMs);
        } catch (error) {
          // A device's memory ends sooner than a machine's; what went before counts all the same.
          measured.failed ??= { rows: [], problem: firstLine(error) };
          measured.failed.rows.push(rows);
        }
      }
    }
    for (const [index, { measured }] of contestants.entries()) {
      const wallMs = (best[index] ?? Number.NaN) / rows;
      if (!measured.failed?.rows.includes(rows)) measured.batches.push({ rows, wallMs, clipsPerSecond: 1000 / wallMs });
    }
  }
  return contestants.map(({ measured }) => measured);
}

/** What onnxruntime says, without the machine's name, which it adds to what CUDA says. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/ ; hostname=[^;]*/, '');
}

/** Sizes that are worth a try: a CPU gains nothing beyond a few clips, a GPU is not filled by them. */
export function usualBatches(executionProvider: string): readonly number[] {
  return executionProvider === CPU ? [1, 2, 4, 8] : [1, 2, 4, 8, 16, 32, 64];
}
