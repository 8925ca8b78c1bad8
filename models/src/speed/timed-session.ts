// Owns one model that is run and timed on this thread. Must not know what is compared.
import { basename } from 'node:path';
import { CPU } from '@predict-schemata/execution-providers';
import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface Timing {
  /** Processor time of the whole process, in ms. It changes least when others use the machine too. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface TimedSession extends AsyncDisposable {
  /** One computation of so many rows of the same input. */
  run(rows: number): Promise<Timing>;
  /** The first output of one row. */
  compute(row: Float32Array): Promise<Float32Array>;
}

export interface SessionSettings {
  readonly threads: number;
  /** Whether threads that wait for work of the same computation keep their processor busy. */
  readonly spinning: boolean;
  /** What computes; the CPU when absent. */
  readonly executionProvider?: string;
}

export const ONE_THREAD: SessionSettings = { threads: 1, spinning: false };

/** As the server opens its sessions. */
export function sessionOptions({
  threads,
  spinning,
  executionProvider = CPU,
}: SessionSettings): InferenceSession.SessionOptions {
  return {
    executionProviders: [executionProvider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } },
  };
}

/**
 * Opens a model, from its bytes or its file, whose only input is `[N, length]` float32.
 * @throws Error when it is none.
 */
export async function openTimed(
  model: Uint8Array | string,
  row: Float32Array,
  settings: SessionSettings,
): Promise<TimedSession> {
  const options = sessionOptions(settings);
  const name = typeof model === 'string' ? basename(model) : 'built here';
  // onnxruntime tells the two apart by their types, TypeScript by the overload.
  const opening =
    typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options);
  const session = await opening.catch((error: unknown) => {
    throw new Error(`Expected a model that onnxruntime can load, ${name} is none.`, { cause: error });
  });
  const [input, ...others] = session.inputMetadata;
  const fits = input?.isTensor && others.length === 0 && input.type === 'float32' && input.shape[1] === row.length;
  if (!fits) {
    await session.release();
    throw new Error(`Model ${name}: expected one input [N,${row.length}] of float32 numbers.`);
  }
  const tensor = (rows: number) => {
    const values = new Float32Array(rows * row.length);
    for (let index = 0; index < rows; index += 1) values.set(row, index * row.length);
    return new Tensor('float32', values, [rows, row.length]);
  };
  return {
    async run(rows) {
      const feeds = { [input.name]: tensor(rows) };
      const [start, before] = [performance.now(), process.cpuUsage()];
      await session.run(feeds);
      const { user, system } = process.cpuUsage(before);
      return { cpuMs: (user + system) / 1000, wallMs: performance.now() - start };
    },
    async compute(values) {
      const outputs = await session.run({ [input.name]: new Tensor('float32', values, [1, values.length]) });
      const data = outputs[session.outputNames[0] ?? '']?.data;
      if (!(data instanceof Float32Array)) throw new Error(`Model ${name}: expected an output of float32 numbers.`);
      return data;
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** The least time of each, processor time if nothing else is asked for, after one round that does not count. */
export async function inTurn(
  contestants: readonly Pick<TimedSession, 'run'>[],
  rounds: number,
  by: keyof Timing = 'cpuMs',
): Promise<number[]> {
  const best = contestants.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      const { [by]: ms } = await contestant.run(1);
      if (round > 0) best[index] = Math.min(best[index] ?? ms, ms);
    }
  }
  return best;
}
