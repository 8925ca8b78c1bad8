// Owns a server of the comparison while it runs: started on a free port, ready when it has predicted rightly, ended with all that it
// has started. Must not know what is measured.
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { LoadGenerator, LoadJob } from './load/load-job.ts';
import { type Program, startProgram } from './process-tree.ts';
import { OURS, PEERS_FOLDER, type Subject } from './subjects.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
/** Python servers import for seconds on a busy machine. */
const START_LIMIT_MS = 120_000;
const RETRY_MS = 300;

export interface RunningSubject extends AsyncDisposable {
  readonly name: string;
  readonly origin: string;
  /** What a load job must say to reach it. */
  readonly target: Pick<LoadJob, 'origin' | 'path' | 'headers'>;
  readonly program: Program;
}

export interface StartOptions {
  readonly modelPath: string;
  readonly cores: number;
  /** Of the subject's environment; empty where there is none. */
  readonly python: string;
  readonly logFolder: string;
  readonly generator: LoadGenerator;
  /** What the clip's embedding is. */
  readonly embedding: readonly number[];
}

/** Throws Error, with the name of the log file, when the server ends or does not predict in time. */
export async function startSubject(subject: Subject, options: StartOptions): Promise<RunningSubject> {
  const { modelPath, cores, python, logFolder, generator, embedding } = options;
  const port = await freePort();
  const { command, args, env } = subject.command({ modelPath, port, cores }, python);
  const logFile = join(logFolder, `${subject.name.replaceAll(/[^a-zA-Z0-9]+/g, '-')}.log`);
  const cwd = subject.name === OURS ? REPOSITORY : PEERS_FOLDER;
  const program = startProgram({ command, args, cwd, env, logFile });
  const origin = `http://127.0.0.1:${port}`;
  const target = { origin, path: subject.path, headers: subject.headers };
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    const probe = {
      ...target,
      body: { kind: 'input_bytes', instances: 1 },
      concurrency: 1,
      durationMs: 0,
      embedding,
    } as const;
    const { answered, errors } = await generator.run(probe);
    if (answered === 1) break;
    const problem = Object.keys(errors).join();
    if (!program.running() || performance.now() > deadline) {
      await program[Symbol.asyncDispose]();
      throw new Error(`${subject.name} did not start (${problem}): see its log ${logFile}`);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  return { name: subject.name, origin, target, program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

/** A port that is free now, and its neighbour above it, which MLServer takes for gRPC. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = await tryPort(0);
    if ((await tryPort(port + 1).catch(() => undefined)) !== undefined) return port;
  }
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
