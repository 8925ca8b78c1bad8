// Owns running one command line of a language: placeholders filled, its tools in the PATH, output kept for whoever reports it.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { forget, remember } from '../../contract-tests/src/running-processes.ts';
import { type CommandLine, REPOSITORY } from './language.ts';

export interface CommandResult {
  /** 127 where the program does not exist, as in a shell. */
  readonly code: number;
  /** Both outputs, in the order in which they came. */
  readonly output: string;
}

export interface CommandOptions {
  readonly folder: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Leaders of the groups that run now. */
const running = new Set<number>();

/** Ends all commands under way: they lead groups of their own, which a key press in the terminal does not reach. */
export function endCommands(): void {
  for (const pid of running) process.kill(-pid, 'SIGKILL');
}

/** A first build fetches a language's packages and may compile hundreds of them. */
const TIMEOUT_MS = 1_200_000;

export function filled(command: CommandLine, values: Readonly<Record<string, string>>): string[] {
  return command.map((part) => fill(part, values));
}

/** Puts values in the place of {name}; what is no name of a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Where a language's programs are looked for: its own folder's tools first. */
export function environmentOf(folder: string): NodeJS.ProcessEnv {
  const path = [join(folder, 'node_modules', '.bin'), join(REPOSITORY, 'node_modules', '.bin'), process.env['PATH']];
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  // Bare machines name no locale, and then Java and Mono cannot name a file beyond ASCII.
  const hasUtf8 = /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
  return { ...process.env, PATH: path.join(delimiter), ...(!hasUtf8 && { LC_ALL: 'C.UTF-8' }) };
}

export async function runCommand(command: CommandLine, options: CommandOptions): Promise<CommandResult> {
  const { folder, values = {}, timeoutMs = TIMEOUT_MS } = options;
  const [program = '', ...args] = filled(command, { root: REPOSITORY, ...values });
  const child = spawn(program, args, {
    cwd: folder,
    env: environmentOf(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what a build tool starts ends with it.
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) {
    remember(pid);
    running.add(pid);
  }
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const timer = setTimeout(() => {
    output += `\nNot done after ${timeoutMs / 1000} s.`;
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }, timeoutMs);
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      output += String(error);
      resolve(127);
    });
    child.once('close', (exitCode) => resolve(exitCode ?? 137));
  });
  clearTimeout(timer);
  if (pid !== undefined) {
    forget(pid);
    running.delete(pid);
  }
  return { code, output };
}
