// Owns a client's driver as a child process: one case a line in, one result a line out, ended always. Must not know a language.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { forget, remember } from '../running-processes.ts';
import type { DriverCase, DriverResult } from './driver-protocol.ts';

export interface DriverCommand {
  readonly command: readonly string[];
  /** Where it runs. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Driver extends AsyncDisposable {
  /** @throws Error when the driver ends, is silent too long or writes a line that is no result */
  run(given: DriverCase): Promise<DriverResult>;
}

/** Far above the deadline of any case: a driver that takes longer hangs. */
const SILENCE_LIMIT_MS = 90_000;

export function startDriver({ command: [program = '', ...args], folder, env }: DriverCommand): Driver {
  // A group of its own: a driver may be a build tool that starts the program proper.
  const child = spawn(program, args, { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const { pid } = child;
  if (pid !== undefined) remember(pid);
  let notes = '';
  let failure: string | undefined;
  const waiting: ((line: string | undefined) => void)[] = [];
  const lost = (why: string): void => {
    failure ??= why;
    for (const take of waiting.splice(0)) take(undefined);
  };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes = (notes + text).slice(-4000);
  });
  // A driver that ends while it is written to is reported by what follows.
  child.stdin.on('error', () => {});
  child.once('error', (error) => lost(String(error)));
  const closed = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      if (pid !== undefined) forget(pid);
      lost(`The driver ended with ${signal ?? code}.`);
      resolve();
    });
    child.once('error', () => resolve());
  });
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));

  return {
    async run(given) {
      if (failure !== undefined) throw new Error(`${failure}\n${notes}`);
      const answer = new Promise<string | undefined>((resolve) => waiting.push(resolve));
      child.stdin.write(`${JSON.stringify(given)}\n`);
      const timer = setTimeout(() => lost(`No result within ${SILENCE_LIMIT_MS / 1000} s.`), SILENCE_LIMIT_MS);
      const line = await answer;
      clearTimeout(timer);
      if (line === undefined) throw new Error(`${failure}\n${notes}`);
      return resultOf(line, given.case);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      const timer = setTimeout(() => {
        try {
          if (pid !== undefined) process.kill(-pid, 'SIGKILL');
        } catch {
          // It has just ended.
        }
      }, 5000);
      await closed;
      clearTimeout(timer);
    },
  };
}

function resultOf(line: string, name: string): DriverResult {
  let result: unknown;
  try {
    result = JSON.parse(line);
  } catch {
    throw new Error(`Expected a JSON result a line, got ${JSON.stringify(line.slice(0, 200))}.`);
  }
  if (
    typeof result !== 'object' ||
    result === null ||
    !('case' in result) ||
    result.case !== name ||
    !('ok' in result)
  ) {
    throw new Error(`Expected the result of ${name}, got ${line.slice(0, 200)}.`);
  }
  // Its fields are compared with what the case expects, one by one.
  return result as DriverResult;
}
