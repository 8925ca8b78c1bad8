// Owns what callers use: predictions of instances in one call, and of sounds in as many as they need. Must not know an algorithm.
import { type Algorithms, algorithms, RETRYABLE_REASONS } from '../generated/algorithms.ts';
import type { AlgorithmFacts } from './algorithm.ts';
import { base64Of } from './base64.ts';
import { EndpointCalls } from './endpoint.ts';
import {
  CancelledError,
  InvalidAnswerError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  PredictError,
} from './errors.ts';
import { parallel } from './parallel.ts';
import { backoffMs, Deadline, type RetryPolicy, withRetries } from './retry.ts';
import { resolveSound, type Sound } from './sound.ts';
import { type Piece, split } from './split.ts';
import { type Limits, serverTarget, type Target } from './target.ts';
import { TokenGate, type TokenProvider } from './token-gate.ts';

export interface PredictOptions extends Partial<RetryPolicy>, Partial<Limits> {
  /** Ends the whole call, repeats included; 60 s by default. */
  readonly deadlineMs?: number;
  /** Calls under way at once; 4 by default. */
  readonly maxParallelCalls?: number;
  readonly signal?: AbortSignal;
}

export interface ClientOptions extends PredictOptions {
  /** `serverTarget()` by default. */
  readonly target?: Target;
  readonly project?: string;
  readonly location?: string;
  /** The algorithm's name by default. */
  readonly endpoint?: string;
  readonly token?: string | TokenProvider;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Another fetch than the platform's. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A prediction of the contract with typed arrays for its lists of numbers. */
export type Converted<P> = P extends object ? { [K in keyof P]: P[K] extends number[] ? Float32Array : P[K] } : never;

export interface SoundAnswer<P> {
  /** One for each sound, in their order: a result, or `{ error: { reason, description } }`. */
  readonly predictions: readonly Converted<P>[];
  /** Of the answer that came last; says when it is an untrained development model. Undefined when no call was needed. */
  readonly modelDisplayName: string | undefined;
}

const DEFAULTS = { maxAttempts: 4, initialBackoffMs: 250, maxBackoffMs: 8000, deadlineMs: 60_000, maxParallelCalls: 4 };

export class SoundClient {
  readonly #options: ClientOptions;
  readonly #target: Target;
  readonly #token: string | TokenGate | undefined;
  /** Endpoint → the limits in its labels, or those of the target where it has none. */
  readonly #limits = new Map<string, Limits>();

  constructor(options: ClientOptions = {}) {
    this.#options = options;
    this.#target = options.target ?? serverTarget();
    this.#token = typeof options.token === 'function' ? new TokenGate(options.token) : options.token;
  }

  /**
   * Sends instances as the contract has them in one call, which is repeated when it may be.
   *
   * @throws PredictError
   */
  async predict<A extends keyof Algorithms>(
    algorithm: A,
    request: Algorithms[A]['request'],
    options: PredictOptions = {},
  ): Promise<Algorithms[A]['response']> {
    const settings = { ...DEFAULTS, ...this.#options, ...options };
    const deadline = new Deadline(settings.deadlineMs, settings.signal);
    const calls = this.#calls(algorithm);
    return withRetries(settings, deadline, () => calls.predict(algorithm, request, deadline));
  }

  /**
   * Predicts sounds of any form: encodes them without loss, splits them by the endpoint's limits, sends within a bound side by side,
   * repeats calls and single sounds that may be repeated.
   *
   * @throws PredictError when a call fails for good
   * @throws TypeError for a value that is no sound, before anything is sent
   */
  async predictSounds<A extends keyof Algorithms>(
    algorithm: A,
    sounds: readonly Sound[],
    options: PredictOptions = {},
  ): Promise<SoundAnswer<Algorithms[A]['prediction']>> {
    const settings = { ...DEFAULTS, ...this.#options, ...options };
    const failed = new AbortController();
    const signals = settings.signal === undefined ? [] : [settings.signal];
    const deadline = new Deadline(settings.deadlineMs, AbortSignal.any([failed.signal, ...signals]));
    const calls = this.#calls(algorithm);
    const pieces = await Promise.all(sounds.map((sound, index) => pieceOf(algorithm, sound, index)));
    if (pieces.length === 0) return { predictions: [], modelDisplayName: undefined };
    const limits = await this.#limitsOf(algorithm, calls, settings, deadline);

    const predictions: object[] = [];
    let modelDisplayName: string | undefined;
    const send = async (batch: readonly Piece<Algorithms[A]['instance']>[]): Promise<void> => {
      // An instance is a member of its own algorithm's request; the mapped type cannot say so.
      const request = { instances: batch.map(({ value }) => value) } as Algorithms[A]['request'];
      const answer = await calls.predict(algorithm, request, deadline);
      ({ modelDisplayName } = answer);
      for (const [place, prediction] of answer.predictions.entries()) {
        const piece = batch[place];
        if (piece !== undefined) predictions[piece.index] = prediction;
      }
    };

    // The errors that the sounds have are results already: a repeat that fails as a whole takes nothing away.
    const repeatFailed = async (): Promise<void> => {
      for (let repeat = 0; repeat + 1 < settings.maxAttempts; repeat++) {
        const open = pieces.filter(({ index }) => isWorthRepeating(predictions[index]));
        const waitMs = backoffMs(settings, repeat, undefined);
        if (open.length === 0 || waitMs >= deadline.leftMs()) return;
        await deadline.wait(waitMs);
        await parallel(split(open, limits).calls, settings.maxParallelCalls, (batch) =>
          send(batch).catch((error: unknown) => {
            if (!(error instanceof PredictError) || error instanceof CancelledError) throw error;
          }),
        );
      }
    };

    try {
      const { calls: batches, tooLong } = split(pieces, limits);
      for (const piece of tooLong) predictions[piece.index] = tooLongError(piece.bytes, limits);
      await parallel(batches, settings.maxParallelCalls, (batch) => withRetries(settings, deadline, () => send(batch)));
      await repeatFailed();
    } catch (error) {
      // What comes to be there has limits of its own.
      if (error instanceof NotFoundError) this.#limits.delete(this.#options.endpoint ?? algorithm);
      throw error;
    } finally {
      // What is still under way after a failure is nobody's any more.
      failed.abort();
    }
    const converted = predictions.map((prediction) => convertedOf(prediction));
    // The contract's prediction with its lists made typed arrays.
    return { predictions: converted as Converted<Algorithms[A]['prediction']>[], modelDisplayName };
  }

  #calls(algorithm: keyof Algorithms): EndpointCalls {
    const { project = 'demo', location = 'us-central1', endpoint = algorithm, headers = {}, fetch } = this.#options;
    return new EndpointCalls({
      baseUrl: this.#target.baseUrl,
      path: { project, location, endpoint },
      token: this.#token,
      headers,
      fetch,
    });
  }

  /** Given ones, else those of the endpoint's labels, else those that the target is known for. */
  async #limitsOf(
    algorithm: keyof Algorithms,
    calls: EndpointCalls,
    { maxInstances, maxBodyBytes }: PredictOptions,
    deadline: Deadline,
  ): Promise<Limits> {
    if (maxInstances !== undefined && maxBodyBytes !== undefined) return { maxInstances, maxBodyBytes };
    const endpoint = this.#options.endpoint ?? algorithm;
    const known =
      this.#limits.get(endpoint) ?? (await this.#askedLimits(endpoint, calls.describe(algorithm, deadline)));
    deadline.throwIfOver();
    return { maxInstances: maxInstances ?? known.maxInstances, maxBodyBytes: maxBodyBytes ?? known.maxBodyBytes };
  }

  /**
   * Those of the endpoint's labels, else those that the target is known for: either is remembered. Not so after a failure that may
   * pass, which says nothing about limits.
   */
  async #askedLimits(endpoint: string, described: Promise<EndpointResource>): Promise<Limits> {
    let known = this.#target.limits;
    try {
      known = limitsIn(await described) ?? known;
    } catch (error) {
      if (!isFinal(error)) return known;
    }
    this.#limits.set(endpoint, known);
    return known;
  }
}

/** What of an endpoint's resource is looked at. The contract promises all of it, another server's answer may be anything. */
type EndpointResource = { labels?: { max_instances?: unknown; max_body_bytes?: unknown } } | null;

/** A token may be for predictions alone, and a host, as one of Vertex AI's dedicated endpoints, may know no other call. */
const isFinal = (error: unknown): boolean =>
  [PermissionError, NotFoundError, InvalidRequestError, InvalidAnswerError].some((kind) => error instanceof kind);

/** Vertex AI's own endpoints carry no such labels, and none at all unless they were given some. */
function limitsIn(resource: EndpointResource): Limits | undefined {
  const labels = resource?.labels;
  const limits = { maxInstances: Number(labels?.max_instances), maxBodyBytes: Number(labels?.max_body_bytes) };
  return limits.maxInstances > 0 && limits.maxBodyBytes > 0 ? limits : undefined;
}

async function pieceOf<A extends keyof Algorithms>(
  algorithm: A,
  sound: Sound,
  index: number,
): Promise<Piece<Algorithms[A]['instance']>> {
  // The mapped type loses which member belongs to A.
  const facts = algorithms[algorithm] as AlgorithmFacts<Algorithms[A]>;
  const resolved = await resolveSound(sound, facts.sampleRateHz);
  if ('file' in resolved) {
    const value = facts.instanceOfFile(base64Of(resolved.file));
    // Base64 and field names are ASCII, so that characters are bytes: 4 for each 3, and 7 for braces, quotes and the colon.
    const [field = ''] = Object.keys(value);
    return { index, value, bytes: Math.ceil(resolved.file.length / 3) * 4 + field.length + 7 };
  }
  if (facts.instanceOfUri === undefined) throw new TypeError(`${algorithm} takes no addresses.`);
  const value = facts.instanceOfUri(resolved.uri, resolved.token);
  return { index, value, bytes: new TextEncoder().encode(JSON.stringify(value)).length };
}

function tooLongError(bytes: number, { maxBodyBytes }: Limits): object {
  const description = `Expected an instance that fits a body of ${maxBodyBytes} bytes, got one of ${bytes}. Send a shorter file.`;
  return { error: { reason: 'BODY_TOO_LARGE', description } };
}

function isWorthRepeating(prediction: object | undefined): boolean {
  const error = prediction !== undefined && 'error' in prediction ? prediction.error : undefined;
  return (
    typeof error === 'object' && error !== null && 'reason' in error && RETRYABLE_REASONS.has(String(error.reason))
  );
}

/** The same with a typed array for each list of numbers. */
function convertedOf(prediction: object): object {
  return Object.fromEntries(
    Object.entries(prediction).map(([key, value]) => [key, Array.isArray(value) ? Float32Array.from(value) : value]),
  );
}
