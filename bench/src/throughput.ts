// Owns the throughput of one server against bare loops with as many sessions and threads as it has workers, both sides in turn.
import { openBareSession } from './bare-session.ts';
import type { LoadGenerator } from './load/load-job.ts';
import type { RunningSubject } from './running-subject.ts';
import { median } from './statistics.ts';

export interface Throughput {
  readonly sessions: number;
  /** Medians of the turns. */
  readonly servedClipsPerSecond: number;
  readonly bareClipsPerSecond: number;
  /** Median of the turns' own ratios: neighbours on the machine hit both sides of a turn. */
  readonly ratio: number;
}

export interface ThroughputOptions {
  readonly subject: RunningSubject;
  readonly generator: LoadGenerator;
  readonly modelPath: string;
  /** As the server has workers of one thread. */
  readonly sessions: number;
  readonly turns: number;
  readonly secondsPerTurn: number;
}

export async function measureThroughput(options: ThroughputOptions): Promise<Throughput> {
  const { subject, generator, modelPath, sessions, turns, secondsPerTurn } = options;
  const durationMs = 1000 * secondsPerTurn;
  const bare = await Promise.all(Array.from({ length: sessions }, () => openBareSession(modelPath)));
  const rates: { served: number; bare: number }[] = [];
  try {
    for (let turn = 0; turn < turns; turn += 1) {
      const results = await Promise.all(bare.map((session) => session.run({ batch: 1, durationMs })));
      const body = { kind: 'input_bytes', instances: 1 } as const;
      const load = { ...subject.target, body, concurrency: 4 * sessions, durationMs };
      const { answered, wallMs } = await generator.run(load);
      rates.push({
        served: answered / (wallMs / 1000),
        bare: results.reduce((sum, result) => sum + result.clips / (result.wallMs / 1000), 0),
      });
    }
  } finally {
    await Promise.all(bare.map((session) => session[Symbol.asyncDispose]()));
  }
  return {
    sessions,
    servedClipsPerSecond: median(rates.map(({ served }) => served)),
    bareClipsPerSecond: median(rates.map((rate) => rate.bare)),
    ratio: median(rates.map((rate) => rate.served / rate.bare)),
  };
}
