// Owns the load: callers in a closed loop that take the time of each call. Runs as a process of its own, started by load-job.ts.
// Must not know who is asked.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { predictBody } from '../bodies.ts';
import { serveJobs } from '../job-process.ts';
import type { LoadJob, LoadResult } from './load-job.ts';

const CHECK_EVERY = 50;
/** Between two runtimes of onnxruntime, and the digits that servers leave out. */
const TOLERANCE = 1e-3;
/** Far above the slowest answer of a loaded peer. */
const CALL_LIMIT_MS = 60_000;
/** So that a server which refuses at once is not asked as fast as a loop turns. */
const PAUSE_AFTER_ERROR_MS = 10;

async function run(job: LoadJob): Promise<LoadResult> {
  const { origin, path, concurrency, durationMs, leastCallsEach = 1, pauseMs = 0 } = job;
  const body = job.body === undefined ? undefined : predictBody(job.body);
  const headers = { ...job.headers, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const pool = new Pool(origin, {
    connections: concurrency,
    pipelining: 1,
    headersTimeout: CALL_LIMIT_MS,
    bodyTimeout: CALL_LIMIT_MS,
  });
  const latenciesMs: number[] = [];
  const errors: Record<string, number> = {};
  const cpu = process.cpuUsage();
  const start = performance.now();

  const call = async (checked: boolean): Promise<string | undefined> => {
    const began = performance.now();
    const answer = await pool.request({
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers,
      body: body ?? null,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    const tookMs = performance.now() - began;
    if (answer.statusCode !== 200) return `status ${answer.statusCode}`;
    if (checked && !isRight(bytes, job)) return 'wrong answer';
    latenciesMs.push(tookMs);
    return undefined;
  };

  const caller = async (): Promise<void> => {
    for (let calls = 0; calls < leastCallsEach || performance.now() - start < durationMs; calls += 1) {
      const problem = await call(calls % CHECK_EVERY === 0).catch((error: unknown) => nameOf(error));
      if (problem !== undefined) {
        errors[problem] = (errors[problem] ?? 0) + 1;
        await sleep(PAUSE_AFTER_ERROR_MS);
      }
      if (pauseMs > 0) await sleep(pauseMs);
    }
  };

  await Promise.all(Array.from({ length: concurrency }, caller));
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  await pool.destroy();
  return { answered: latenciesMs.length, errors, wallMs, latenciesMs, generatorCpuMs: (user + system) / 1000 };
}

function isRight(bytes: Buffer, { embedding, body }: LoadJob): boolean {
  if (embedding === undefined || body === undefined) return true;
  // Whatever it is, it is looked at member by member.
  const { predictions } = JSON.parse(bytes.toString()) as { predictions?: { embedding?: number[] }[] };
  return (
    predictions?.length === body.instances &&
    predictions.every((prediction) =>
      embedding.every((want, index) => Math.abs((prediction.embedding?.[index] ?? Number.NaN) - want) <= TOLERANCE),
    )
  );
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error ? String(error.code) : error.name;
}

serveJobs(run);
