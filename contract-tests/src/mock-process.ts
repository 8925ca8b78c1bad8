// Owns the mock as a child process: start it with clean settings, read where it listens from its greeting, end it always. Must not
// import the mock.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { repositoryRoot } from './repository-root.ts';
import { forget, remember } from './running-processes.ts';

/** Long enough for a busy machine; a start that takes longer hangs. */
const START_LIMIT_MS = 30_000;

export interface MockExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface MockProcess extends AsyncDisposable {
  readonly url: string;
  /** Both outputs so far. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<MockExit>;
}

/** Runs the mock on a free port until it listens. Throws with its output when it ends instead. */
export async function startMock(args: readonly string[] = []): Promise<MockProcess> {
  const { child, output, exited } = launch(['--port', '0', ...args]);
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for (;;) {
    const [, url] = /\bon (http:\S+)[\s\S]*\nReady after/.exec(output()) ?? [];
    if (url !== undefined) {
      const end = async (): Promise<void> => {
        child.kill('SIGKILL');
        await exited;
      };
      return { url, output, signal: (name) => void child.kill(name), exited, [Symbol.asyncDispose]: end };
    }
    if (child.exitCode !== null || child.signalCode !== null || limit.aborted) {
      child.kill('SIGKILL');
      await exited;
      throw new Error(`The mock did not come up:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Runs the mock until it ends by itself, for starts that are refused and for help. */
export async function runMockToExit(args: readonly string[]): Promise<MockExit & { readonly output: string }> {
  const { child, output, exited } = launch(args);
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  const exit = await exited;
  clearTimeout(timer);
  return { ...exit, output: output() };
}

function launch(args: readonly string[]) {
  const child = spawn(process.execPath, ['mock/src/main.ts', ...args], {
    cwd: repositoryRoot,
    // Nothing of the outer environment may change a setting of the mock.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid !== undefined) remember(pid);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  const exited = once(child, 'close').then(([code, signal]): MockExit => {
    if (pid !== undefined) forget(pid);
    return { code, signal };
  });
  return { child, output: () => text, exited };
}
