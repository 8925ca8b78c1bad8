// Owns how fast a model is with several workers and threads at once, as in the server: each worker a thread with a session of its
// own. Must not know which layouts are worth a try on which machine but by cores and memory.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface Layout {
  readonly workers: number;
  readonly threads: number;
  readonly spinning: boolean;
}

export interface LayoutSpeed extends Layout {
  readonly clipsPerSecond: number;
  /** Processor time of all threads for one clip. */
  readonly cpuMs: number;
  /** How long one clip takes while all workers compute. */
  readonly latencyMs: number;
  /** Processor time that the threads got, as a share of what they asked for; below 1 when others use the machine. */
  readonly share: number;
}

export interface LayoutWorkerData {
  readonly model: string;
  readonly threads: number;
  readonly spinning: boolean;
  readonly row: Float32Array;
}

/** One worker alone; then every division of the cores into equal parts, with and without spinning where it matters. */
export function layoutsFor(cores: number): Layout[] {
  const divisions = Array.from({ length: cores }, (_, index) => index + 1).filter((threads) => cores % threads === 0);
  const full = divisions.map((threads) => ({ workers: cores / threads, threads }));
  return [...(cores === 1 ? [] : [{ workers: 1, threads: 1 }]), ...full].flatMap((layout) =>
    layout.threads === 1
      ? [{ ...layout, spinning: false }]
      : [
          { ...layout, spinning: false },
          { ...layout, spinning: true },
        ],
  );
}

/** The best of some rounds, each of about `roundMs` of work. */
export async function measureLayout(
  model: string,
  row: Float32Array,
  layout: Layout,
  { rounds, roundMs }: { readonly rounds: number; readonly roundMs: number },
): Promise<LayoutSpeed> {
  const { workers, threads, spinning } = layout;
  const workerData: LayoutWorkerData = { model, threads, spinning, row };
  const team = Array.from(
    { length: workers },
    () => new Worker(new URL('./layout-worker.ts', import.meta.url), { workerData }),
  );
  try {
    await Promise.all(team.map((worker) => once(worker, 'message')));
    const warmUp = await runTeam(team, 1);
    const clips = Math.max(1, Math.round(roundMs / warmUp.wallMs));
    const results: LayoutSpeed[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { wallMs, cpuMs } = await runTeam(team, clips);
      results.push({
        ...layout,
        clipsPerSecond: (1000 * workers * clips) / wallMs,
        cpuMs: cpuMs / (workers * clips),
        latencyMs: wallMs / clips,
        share: cpuMs / (wallMs * workers * threads),
      });
    }
    return {
      ...layout,
      clipsPerSecond: Math.max(...results.map(({ clipsPerSecond }) => clipsPerSecond)),
      cpuMs: Math.min(...results.map(({ cpuMs }) => cpuMs)),
      latencyMs: Math.min(...results.map(({ latencyMs }) => latencyMs)),
      share: Math.min(1, Math.max(...results.map(({ share }) => share))),
    };
  } finally {
    await Promise.all(team.map((worker) => worker.terminate()));
  }
}

/** Every worker computes so many clips, one after the other. */
async function runTeam(team: readonly Worker[], clips: number): Promise<{ wallMs: number; cpuMs: number }> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const done = team.map((worker) => once(worker, 'message'));
  for (const worker of team) worker.postMessage(clips);
  await Promise.all(done);
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}
