// Owns the proof that the load generator is not what limits the figures: how much it does against a server that computes nothing.
import type { AddressInfo } from 'node:net';
import { BODY_KINDS, type BodyChoice } from './bodies.ts';
import { JobProcess } from './job-process.ts';
import type { LoadGenerator } from './load/load-job.ts';

export interface Calibration extends BodyChoice {
  readonly requestsPerSecond: number;
  /** Processor time of the generator for one call. */
  readonly generatorCpuMs: number;
}

export async function calibrate(generator: LoadGenerator, seconds: number): Promise<Calibration[]> {
  await using server = await JobProcess.start<object, AddressInfo>(new URL('./null-server.ts', import.meta.url));
  const { port } = await server.run({});
  const results: Calibration[] = [];
  for (const body of BODY_KINDS.flatMap((kind) => [1, 8].map((instances) => ({ kind, instances })))) {
    const load = { origin: `http://127.0.0.1:${port}`, path: '/', body, concurrency: 8, durationMs: 1000 * seconds };
    const { answered, wallMs, generatorCpuMs } = await generator.run(load);
    results.push({
      ...body,
      requestsPerSecond: answered / (wallMs / 1000),
      generatorCpuMs: generatorCpuMs / answered,
    });
  }
  return results;
}
