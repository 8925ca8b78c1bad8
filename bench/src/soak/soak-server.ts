// Owns the server under soak as a child process: its log line by line, its memory, its end. Keeps no line, so that a long run takes
// no more memory than a short one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { forget, remember } from '../../../contract-tests/src/running-processes.ts';
import { START_ENVIRONMENT } from '../start-environment.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const START_LIMIT_MS = 60_000;

export type LogLine = Readonly<Record<string, unknown>>;

export interface SoakServer extends AsyncDisposable {
  readonly url: string;
  readonly adminUrl: string;
  signal(name: NodeJS.Signals): void;
  /** Resident memory in MiB. Linux. */
  residentMiB(): number;
  /** Resolves when all of its log was handed on. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Resolves when it can predict. `onLine` gets every line of the log, `onNoise` what else is written to it. */
export async function startSoakServer(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onLine: (line: LogLine) => void,
  onNoise: (text: string) => void,
): Promise<SoakServer> {
  const child = spawn(process.execPath, ['server/src/main.ts', '--port', '0', '--admin-port', '0', ...args], {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...START_ENVIRONMENT, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('The server could not be started.');
  remember(pid);
  const listening = Promise.withResolvers<{ url: string; adminUrl: string }>();
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stderr }).on('line', (text) => {
    const line = parsed(text);
    if (line === undefined) return onNoise(text);
    if (line['msg'] === 'listening') {
      listening.resolve({ url: String(line['url']), adminUrl: String(line['adminUrl']) });
    }
    if (line['msg'] === 'ready') ready.resolve();
    onLine(line);
  });
  const exited = once(child, 'close').then(([code, signal]) => {
    forget(pid);
    return { code, signal };
  });
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  const failed = Promise.race([
    exited.then(() => 'it ended'),
    once(limit, 'abort').then(() => `it took longer than ${START_LIMIT_MS} ms`),
  ]).then((why): never => {
    throw new Error(`The server under soak did not start: ${why}.`);
  });
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  try {
    const addresses = await Promise.race([listening.promise, failed]);
    await Promise.race([ready.promise, failed]);
    // It ends or the time is up some day, which then concerns nobody.
    failed.catch(() => {});
    return {
      ...addresses,
      signal: (name) => void child.kill(name),
      residentMiB: () => residentMiB(pid),
      exited,
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function parsed(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // A JSON object's members are unknown until they are looked at.
    return typeof value === 'object' && value !== null ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

/** VmRSS of proc_pid_status(5); NaN once the process has ended. */
function residentMiB(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
