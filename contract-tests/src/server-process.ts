// Owns the server as a child process: start it with clean settings, read where it listens from its log, end it always. Must
// not import the server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { repositoryRoot } from './repository-root.ts';
import { forget, remember } from './running-processes.ts';
import { ALGORITHM } from './subject.ts';
import { watch } from './watched-servers.ts';

/** Long enough for a model to load on a busy machine; a start that takes longer hangs. */
const START_LIMIT_MS = 30_000;

export interface ServerSettings {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** All that it has written so far. */
  stdout(): string;
  stderr(): string;
  /** The log lines so far. Lines that are not JSON are left out. */
  log(): readonly Readonly<Record<string, unknown>>[];
  /** Resolves with the first log line, past or to come, that `wanted` accepts; rejects when the process ends before. */
  logged(wanted: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Readonly<Record<string, unknown>>>;
  signal(name: NodeJS.Signals): void;
  /** Closes the reading ends of its outputs, as a pager or a log collector that dies does. */
  stopReading(): void;
  /** Leaves its log unread, as a log collector that hangs does; `resumeLog` reads on. */
  pauseLog(): void;
  resumeLog(): void;
  readonly exited: Promise<Exit>;
  /** Ends the process at once, if it still runs. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Runs the server until it listens; `logged` tells when it is ready. Throws with its output when it ends instead. */
export async function startServer(settings: ServerSettings): Promise<ServerProcess> {
  const { child, stdout, stderr, exited } = launch({ ...settings, args: ['--port', '0', ...(settings.args ?? [])] });
  const log = () => stderr().split('\n').flatMap(jsonLine);
  const logged: ServerProcess['logged'] = async (wanted) => {
    const limit = AbortSignal.timeout(START_LIMIT_MS);
    for (;;) {
      const line = log().find(wanted);
      if (line !== undefined) return line;
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || limit.aborted) {
        throw new Error(
          `The server ${ended ? 'ended' : 'was silent'} before the line came that was waited for:\n${stderr()}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  try {
    const { url } = await logged(({ msg }) => msg === 'listening');
    watch(String(url), (settings.env?.['ALGORITHMS'] ?? ALGORITHM).split(','));
    return {
      url: String(url),
      stdout,
      stderr,
      log,
      logged,
      exited,
      signal: (name) => void child.kill(name),
      pauseLog: () => void child.stderr.pause(),
      resumeLog: () => void child.stderr.resume(),
      stopReading() {
        child.stdout.destroy();
        child.stderr.destroy();
      },
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** As `startServer`, but resolves when it can predict. */
export async function startReadyServer(settings: ServerSettings): Promise<ServerProcess> {
  const server = await startServer(settings);
  try {
    await server.logged(({ msg }) => msg === 'ready');
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs the server program until it ends by itself, for starts that are refused. */
export async function runToExit(settings: ServerSettings): Promise<Exit> {
  const { child, exited } = launch(settings);
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  try {
    return await exited;
  } finally {
    clearTimeout(timer);
  }
}

function launch({ args = [], env = {} }: ServerSettings) {
  const child = spawn(process.execPath, ['server/src/main.ts', ...args], {
    cwd: repositoryRoot,
    // Nothing of the outer environment may change a setting of the server. One algorithm alone, whatever else there is.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ALGORITHMS: ALGORITHM, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid !== undefined) remember(pid);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, 'close').then(([code, signal]): Exit => {
    if (pid !== undefined) forget(pid);
    return { code, signal, stdout, stderr };
  });
  return { child, stdout: () => stdout, stderr: () => stderr, exited };
}

function jsonLine(line: string): Record<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(line);
    // A JSON object's members are unknown until they are looked at.
    return typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : [];
  } catch {
    return [];
  }
}
