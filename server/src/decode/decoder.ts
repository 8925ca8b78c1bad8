// Owns where a body is decoded: on the calling thread where a hop would cost more than the work, else in worker threads, so
// that no body stops the HTTP thread. Must not know HTTP or what a body holds.

import type { AlgorithmName } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { Piscina } from 'piscina';
import type { AnyAlgorithm, ParsedObject } from '../algorithms/algorithm.ts';
import { ClientClosedError, RequestError } from '../errors.ts';
import { TooMuchToReadError } from '../parse/cursor.ts';
import { type FormFile, readFormFiles } from '../parse/form-files.ts';
import type { ParseLimits } from '../parse/read-request.ts';
import { adopt, giveBack, takeIdleFloats } from '../recycled-memory.ts';
import { Semaphore } from '../semaphore.ts';
import {
  type DecodedBody,
  decodeFile,
  decodeParsed,
  type InstanceFailure,
  type ParsedBody,
  parseBody,
  workOf,
} from './decode-body.ts';
import { decodeFormFiles, type FormLimits } from './decode-form.ts';
import { type DecodedTensors, decodeTensors } from './decode-tensors.ts';
import type { BodyTask, FileTask, FormTask, RefusedBody, TaskResult, TensorsTask } from './decode-worker.ts';
import { moving } from './transfer.ts';

/** Largest body that is parsed on the HTTP thread: one clip of 16 kHz, 16-bit sound is 85 kB in base64. */
const INLINE_LIMIT_BYTES = 96 * 1024;
/**
 * Largest body that is read here until it shows to be dear. A hop costs as much processor time as a clip of 32 000 numbers (560 kB) or
 * some clips in base64, and this thread is busy with it for nearly as long as with reading them. A hostile body could hold more
 * than may be read here in 10 ms; a valid one has few commas beside its sound.
 */
const TRIED_INLINE_LIMIT_BYTES = 1024 * 1024;
const TRIED_INLINE = { maxCommas: 2_000, maxListBytes: 640 * 1024 };
/**
 * Most work that is done on the HTTP thread, in steps of 1 to 5 ns: files that need no resampling stay under it. Resampling
 * takes a millisecond at least and hundreds for a long file of prime length, while a hop takes a tenth of one.
 */
const INLINE_LIMIT_STEPS = 500_000;
/** Largest body of raw numbers that is read on the HTTP thread: a look at each number of 4 MiB takes about a millisecond. */
const INLINE_TENSOR_LIMIT_BYTES = 4 * 1024 * 1024;
/** Largest form that is read on the HTTP thread: where its parts end is looked for in all of it, at 2 ms for a MiB that looks like nothing but ends. */
const INLINE_FORM_LIMIT_BYTES = 1024 * 1024;
/** About the least of a body that one row takes up, to guess how many rows a worker will need memory for. */
const BODY_BYTES_PER_ROW = 64 * 1024;

type Task = BodyTask | FileTask | FormTask | TensorsTask;

/** How many bodies and files were decoded where. */
export interface DecodeCounts {
  readonly inline: number;
  readonly inWorkers: number;
}

/** How long somebody waits for what is decoded. */
export interface Waiting {
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal;
  /** Monotonic milliseconds (performance.now). */
  readonly deadlineAtMs: number;
}

/**
 * Takes ownership of the `bytes` that are given to it: their memory may be moved to another thread. What waits for a worker is given
 * up when nobody waits for it any more: throws ClientClosedError, or RequestError DEADLINE_EXCEEDED.
 */
export interface Decoder {
  /** Throws RequestError. */
  decodeBody(bytes: Uint8Array, algorithm: AnyAlgorithm, limits: ParseLimits, waiting: Waiting): Promise<DecodedBody>;
  /**
   * Reads the rows of an inference request whose first `jsonBytes` bytes are JSON, all of them when undefined. The rows may lie in
   * `bytes`. Throws RequestError.
   */
  decodeTensors(
    bytes: Uint8Array,
    jsonBytes: number | undefined,
    algorithm: AnyAlgorithm,
    limits: ParseLimits,
    waiting: Waiting,
  ): Promise<DecodedTensors>;
  /** Decodes one fetched file. */
  decodeFile(
    bytes: Uint8Array,
    algorithm: AnyAlgorithm,
    parameters: ParsedObject,
    waiting: Waiting,
  ): Promise<Float32Array | InstanceFailure>;
  /** Reads the files of a form and decodes each by itself, in their order. Throws RequestError. */
  decodeForm(
    bytes: Uint8Array,
    limits: FormLimits,
    algorithm: AnyAlgorithm,
    parameters: ParsedObject,
    waiting: Waiting,
  ): Promise<DecodedBody>;
  counts(): DecodeCounts;
  close(): Promise<void>;
}

/**
 * Decode threads for a machine: the model needs far more time for a clip than its file does, so one for four cores keeps up.
 */
export function decodeThreadsFor(cores: number): number {
  return Math.max(1, Math.floor(cores / 4));
}

/** `threads` workers, started when the first large body comes. Close it to end them. */
export function createDecoder(threads: number): Decoder {
  let pool: Piscina | undefined;
  const counts = { inline: 0, inWorkers: 0 };
  const runInThread = async (task: Task, rowLength: number): Promise<TaskResult['result']> => {
    counts.inWorkers += 1;
    pool ??= new Piscina({
      filename: new URL('./decode-worker.ts', import.meta.url).href,
      name: 'run',
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: 60_000,
      // Else a task that finds no free thread goes behind all others, each time it is looked at.
      stricterFIFO: true,
    });
    const rowMemory = takeIdleFloats(rowLength, Math.ceil(task.bytes.byteLength / BODY_BYTES_PER_ROW));
    const message = moving({ ...task, rowMemory }, [task.bytes, ...rowMemory]);
    // The worker runs the same functions on the same types; structured clone keeps their shape.
    const { result, body } = (await pool.run(message, { name: 'run' })) as TaskResult;
    if (body !== undefined) giveBack(adopt(body));
    if (result instanceof Float32Array) adopt(result);
    else if ('instances' in result) for (const row of result.instances) if (row instanceof Float32Array) adopt(row);
    return result;
  };
  // One task more than there are threads, so that none of them waits for this one to give it the next.
  const places = new Semaphore(threads + 1);
  const run = async (task: Task, rowLength: number, waiting: Waiting): Promise<TaskResult['result']> => {
    const release = await placeFor(waiting, places).catch((error: unknown) => {
      giveBack(task.bytes);
      throw error;
    });
    try {
      return await runInThread(task, rowLength);
    } finally {
      release();
    }
  };
  const decodeFileHere = (bytes: Uint8Array, algorithm: AnyAlgorithm, parameters: ParsedObject) => {
    counts.inline += 1;
    return decodeFile(bytes, algorithm, parameters);
  };
  const decodeFileThere = async (
    bytes: Uint8Array,
    algorithm: AnyAlgorithm,
    parameters: ParsedObject,
    waiting: Waiting,
  ) => {
    const task = { kind: 'file', algorithm: registered(algorithm), bytes, parameters } as const;
    // A task of this kind ends so.
    return (await run(task, algorithm.model.inputLength, waiting)) as Float32Array | InstanceFailure;
  };
  return {
    async decodeBody(bytes, algorithm, limits, waiting) {
      // The worker parses it again: that is cheaper than sending what was parsed.
      const parsed = parseHere(bytes, algorithm, limits);
      if (parsed !== undefined && workOf(parsed, algorithm) <= INLINE_LIMIT_STEPS) {
        counts.inline += 1;
        giveBack(bytes);
        return decodeParsed(parsed, algorithm);
      }
      const task = { kind: 'body', algorithm: registered(algorithm), bytes, limits } as const;
      // A task of this kind ends so.
      return accepted((await run(task, algorithm.model.inputLength, waiting)) as DecodedBody | RefusedBody);
    },
    async decodeTensors(bytes, jsonBytes, algorithm, limits, waiting) {
      const small =
        (jsonBytes ?? bytes.byteLength) <= INLINE_LIMIT_BYTES && bytes.byteLength <= INLINE_TENSOR_LIMIT_BYTES;
      if (small) {
        counts.inline += 1;
        return decodeTensors(bytes, jsonBytes, algorithm, limits);
      }
      const task = { kind: 'tensors', algorithm: registered(algorithm), bytes, jsonBytes, limits } as const;
      // As above.
      return accepted((await run(task, algorithm.model.inputLength, waiting)) as DecodedTensors | RefusedBody);
    },
    async decodeFile(bytes, algorithm, parameters, waiting) {
      return fileWork(bytes, algorithm, parameters) <= INLINE_LIMIT_STEPS
        ? decodeFileHere(bytes, algorithm, parameters)
        : decodeFileThere(bytes, algorithm, parameters, waiting);
    },
    async decodeForm(bytes, limits, algorithm, parameters, waiting) {
      const parts =
        bytes.byteLength <= INLINE_FORM_LIMIT_BYTES
          ? readFormFiles(bytes, limits.contentType, limits.maxFiles)
          : undefined;
      const work = (part: FormFile) => (part === 'text' ? 0 : fileWork(part, algorithm, parameters));
      if (parts !== undefined && parts.reduce((sum, part) => sum + work(part), 0) <= INLINE_LIMIT_STEPS) {
        counts.inline += 1;
        const decoded = decodeFormFiles(parts, algorithm, parameters);
        if (!decoded.instances.some((row) => row instanceof Float32Array && row.buffer === bytes.buffer))
          giveBack(bytes);
        return decoded;
      }
      const task = { kind: 'form', algorithm: registered(algorithm), bytes, limits, parameters } as const;
      // As above.
      return accepted((await run(task, algorithm.model.inputLength, waiting)) as DecodedBody | RefusedBody);
    },
    counts: () => ({ ...counts }),
    async close() {
      await pool?.destroy();
    },
  };
}

/** The parsed body, or undefined when it is dear to parse. Throws RequestError. */
function parseHere(bytes: Uint8Array, algorithm: AnyAlgorithm, limits: ParseLimits): ParsedBody | undefined {
  if (bytes.byteLength <= INLINE_LIMIT_BYTES) return parseBody(bytes, algorithm, limits);
  if (bytes.byteLength > TRIED_INLINE_LIMIT_BYTES) return undefined;
  try {
    return parseBody(bytes, algorithm, { ...limits, ...TRIED_INLINE });
  } catch (error) {
    if (error instanceof TooMuchToReadError) return undefined;
    throw error;
  }
}

/** What decoding a file would take. A file needs no parsing, so its size alone is nothing. */
function fileWork(bytes: Uint8Array, algorithm: AnyAlgorithm, parameters: ParsedObject): number {
  return algorithm.decodeFileWork?.(bytes, parameters) ?? bytes.byteLength;
}

/** A place, given back by the function. Throws as soon as nobody waits any more: ClientClosedError, RequestError. */
async function placeFor({ signal, deadlineAtMs }: Waiting, places: Semaphore): Promise<() => void> {
  const leftMs = deadlineAtMs - performance.now();
  if (leftMs <= 0) throw tooLateToDecode();
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), leftMs);
  try {
    return await places.acquire(AbortSignal.any([signal, late.signal]));
  } catch {
    throw signal.aborted ? new ClientClosedError() : tooLateToDecode();
  } finally {
    clearTimeout(timer);
  }
}

function tooLateToDecode(): RequestError {
  const expected = 'Expected to decode the call and to compute a result before its time is up';
  return new RequestError(
    'DEADLINE_EXCEEDED',
    `${expected}, but it waited so long for a thread that decodes. Repeat the call later, or send fewer instances in one call.`,
  );
}

/** Makes a RequestError again of one that came as data. */
function accepted<T extends object>(result: T | RefusedBody): T {
  if ('refused' in result) throw new RequestError(result.refused.reason, result.refused.message, result.refused.facts);
  return result;
}

/** Every plug-in that is served comes from the registry, whose keys are these names. */
function registered(algorithm: AnyAlgorithm): AlgorithmName {
  return algorithm.name as AlgorithmName;
}
