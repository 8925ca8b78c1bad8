// Owns a scenario in use: what it has in store for each call, drawn from its seed and the number of the call, so that the same
// calls in the same order meet the same fate. Must not know HTTP.
import { createHash } from 'node:crypto';
import type { InstanceReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import { NumberStream } from '../answer/number-stream.ts';
import type { MadeUp } from '../engine/call.ts';
import { type Fault, type Latency, type Limits, type Scenario, VERTEX_LIMITS } from './scenario.ts';

/** What happens to one call. */
export interface Fate extends MadeUp {
  readonly latencyMs: number;
  readonly fault: Fault | undefined;
}

/** More tokens than these are forgotten, oldest first. */
const MAX_TOKENS = 1000;

export class RunningScenario {
  readonly limits: Limits;
  readonly #scenario: Scenario;
  readonly #startedAtMs: number;
  readonly #nowMs: () => number;
  /** SHA-256 of a token → when it was first used. */
  readonly #firstUses = new Map<string, number>();
  #predictions = 0;

  constructor(scenario: Scenario, nowMs: () => number = () => performance.now()) {
    this.#scenario = scenario;
    this.#nowMs = nowMs;
    this.#startedAtMs = nowMs();
    const { limits = {} } = scenario;
    this.limits = typeof limits === 'string' ? VERTEX_LIMITS[limits] : limits;
  }

  /** Whole seconds until the cold start is over; 0 when it is. */
  coldForSeconds(): number {
    const endsAtMs = this.#startedAtMs + (this.#scenario.cold_start_s ?? 0) * 1000;
    return Math.max(0, Math.ceil((endsAtMs - this.#nowMs()) / 1000));
  }

  /** The fate of the next call; only predictions are counted and may fail. */
  next(isPrediction: boolean): Fate {
    const number = isPrediction ? this.#predictions++ : 0;
    const numbers = new NumberStream(
      createHash('sha256')
        .update(`${this.#scenario.seed ?? 0}/${number}`)
        .digest(),
    );
    const [latencyShare, faultShare] = [numbers.share(), numbers.share()];
    const { latency, failing_instances: failing, files = [] } = this.#scenario;
    return {
      latencyMs: isPrediction && latency !== undefined ? latencyOf(latency, latencyShare) : 0,
      fault: isPrediction ? this.#faultOf(number, faultShare) : undefined,
      acceptsToken: (token) => this.#acceptsToken(token),
      instanceFault: () => {
        const reason: InstanceReason = failing?.reason ?? 'INFERENCE_FAILED';
        return failing !== undefined && numbers.share() < failing.share ? reason : undefined;
      },
      remoteFault: (uri, texts) => {
        const file = files.find(({ uri: pattern }) => fits(pattern, uri));
        const isReadable = file?.unless_token !== undefined && texts.includes(file.unless_token);
        return isReadable ? undefined : file?.reason;
      },
    };
  }

  #faultOf(number: number, share: number): Fault | undefined {
    const { calls = [], faults = [] } = this.#scenario;
    const planned = calls[number];
    if (planned !== undefined) return planned === 'ok' ? undefined : planned;
    let upTo = 0;
    for (const { share: own, fault } of faults) {
      upTo += own;
      if (share < upTo) return fault;
    }
    return undefined;
  }

  #acceptsToken(token: string): boolean {
    const { token_lifetime_s: lifetimeSeconds } = this.#scenario;
    if (lifetimeSeconds === undefined) return true;
    const key = createHash('sha256').update(token).digest('base64');
    const firstUseMs = this.#firstUses.get(key) ?? this.#nowMs();
    this.#firstUses.set(key, firstUseMs);
    const [oldest] = this.#firstUses.keys();
    if (this.#firstUses.size > MAX_TOKENS && oldest !== undefined) this.#firstUses.delete(oldest);
    return this.#nowMs() - firstUseMs < lifetimeSeconds * 1000;
  }
}

/** `share` from 0 to below 1, spread evenly. */
export function latencyOf(latency: Latency, share: number): number {
  if ('fixed_ms' in latency) return latency.fixed_ms;
  if ('uniform_ms' in latency) {
    const [least, most] = latency.uniform_ms;
    return least + share * (most - least);
  }
  const points = Object.entries(latency.percentiles_ms)
    .map(([percentile, ms]): [number, number] => [Number(percentile) / 100, ms])
    .sort(([a], [b]) => a - b);
  const after = points.findIndex(([at]) => at > share);
  const upper = points[after];
  const lower = points[after - 1];
  // Beyond the outermost points nothing is known, so the outermost value stands.
  if (upper === undefined) return points.at(-1)?.[1] ?? 0;
  if (lower === undefined) return upper[1];
  return lower[1] + ((share - lower[0]) / (upper[0] - lower[0])) * (upper[1] - lower[1]);
}

function fits(pattern: string, uri: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(uri);
}
