// Owns what one server adds to a bare session: its latency with one caller, and how soon it answers health checks under full load.
// Both sides in turn. Must not know what the figures are judged by.
import type { BareSession } from './bare-session.ts';
import { BODY_KINDS, type BodyKind } from './bodies.ts';
import { type LoadGenerator, startLoadGenerator } from './load/load-job.ts';
import type { RunningSubject } from './running-subject.ts';
import { quantile } from './statistics.ts';

export interface AddedLatency {
  readonly kind: BodyKind;
  /** The server's quantile less that of a run of the bare session with the same clip. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bareP50Ms: number;
  readonly calls: number;
}

export interface LatencyOptions {
  readonly subject: RunningSubject;
  readonly bare: BareSession;
  readonly generator: LoadGenerator;
  readonly turns: number;
  readonly secondsPerTurn: number;
}

/** One caller, one clip a call. Quantiles over all turns, so that both sides had the same machine. */
export async function measureAddedLatency(options: LatencyOptions): Promise<AddedLatency[]> {
  const { subject, bare, generator, turns, secondsPerTurn } = options;
  const durationMs = 1000 * secondsPerTurn;
  const alone: number[] = [];
  const served = new Map<BodyKind, number[]>(BODY_KINDS.map((kind) => [kind, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    alone.push(...(await bare.run({ batch: 1, durationMs })).latenciesMs);
    for (const [kind, latenciesMs] of served) {
      const load = { ...subject.target, body: { kind, instances: 1 }, concurrency: 1, durationMs };
      latenciesMs.push(...(await generator.run(load)).latenciesMs);
    }
  }
  return [...served].map(([kind, latenciesMs]) => ({
    kind,
    p50Ms: quantile(latenciesMs, 0.5) - quantile(alone, 0.5),
    p99Ms: quantile(latenciesMs, 0.99) - quantile(alone, 0.99),
    bareP50Ms: quantile(alone, 0.5),
    calls: latenciesMs.length,
  }));
}

export interface HealthLatency {
  readonly path: string;
  readonly load: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly calls: number;
  readonly errors: Readonly<Record<string, number>>;
}

const HEALTH_PATH = '/health/ready';
const FULL_LOAD = [
  { kind: 'input_bytes', instances: 1 },
  { kind: 'input_array', instances: 8 },
] as const;

/** A health check every 10 ms while 32 callers keep the server busy. */
export async function measureHealth(
  subject: RunningSubject,
  generator: LoadGenerator,
  seconds: number,
): Promise<HealthLatency[]> {
  const prober = await startLoadGenerator();
  await using _prober = prober;
  const results: HealthLatency[] = [];
  for (const body of FULL_LOAD) {
    const load = generator.run({ ...subject.target, body, concurrency: 32, durationMs: 1000 * seconds });
    const { origin } = subject;
    const checks = await prober.run({
      origin,
      path: HEALTH_PATH,
      concurrency: 1,
      pauseMs: 10,
      durationMs: 1000 * seconds,
    });
    await load;
    results.push({
      path: HEALTH_PATH,
      load: `${body.instances} × ${body.kind}, 32 callers`,
      p50Ms: quantile(checks.latenciesMs, 0.5),
      p99Ms: quantile(checks.latenciesMs, 0.99),
      calls: checks.answered,
      errors: checks.errors,
    });
  }
  return results;
}
