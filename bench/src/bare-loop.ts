// Owns the bare loop: onnxruntime alone on the clip, what every server's cost is compared with. Runs as a process of its own,
// started by bare-session.ts. Arguments: the model's path, threads.
import { Tensor } from 'onnxruntime-node';
import type { BareJob, BareResult } from './bare-session.ts';
import { serveJobs } from './job-process.ts';
import { openSession } from './open-session.ts';
import { clipSamples } from './sound.ts';

const [, , modelPath = '', threads = '1'] = process.argv;
const session = await openSession(modelPath, Number(threads));
const clip = clipSamples();

async function run({ batch, durationMs }: BareJob): Promise<BareResult> {
  const rows = new Float32Array(batch * clip.length);
  for (let row = 0; row < batch; row += 1) rows.set(clip, row * clip.length);
  const feeds = { x: new Tensor('float32', rows, [batch, clip.length]) };
  const latenciesMs: number[] = [];
  let { embedding } = await session.run(feeds, ['embedding']);
  const cpu = process.cpuUsage();
  const start = performance.now();
  while (latenciesMs.length === 0 || performance.now() - start < durationMs) {
    const began = performance.now();
    ({ embedding } = await session.run(feeds, ['embedding']));
    latenciesMs.push(performance.now() - began);
  }
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const clips = latenciesMs.length * batch;
  // The model's output is float32, as its signature says.
  const numbers = embedding?.data as Float32Array;
  return {
    clips,
    wallMs,
    cpuMsPerClip: (user + system) / 1000 / clips,
    latenciesMs,
    embedding: Array.from(numbers.subarray(0, numbers.length / batch)),
  };
}

serveJobs(run);
