// Owns virtual environments of Python, one for each list of pinned packages: made when missing, else left alone. Must not know what runs
// in them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withLock } from '@predict-schemata/processes/process-lock';

export interface PythonEnvironment {
  /** What it is for. Begins the name of its folder, which ends with a hash of its packages. */
  readonly name: string;
  /** The file that pins its packages, in pip's form. */
  readonly requirements: string;
  /** Where environments lie. */
  readonly folder: string;
  /** The program that makes it; `python3` by default. */
  readonly python?: string | undefined;
  /** The oldest Python 3 that its packages run on; 10 by default. */
  readonly oldestMinorVersion?: number;
  /** Called before it is made, which takes seconds to minutes and downloads from the Python package index. */
  readonly onMake: () => void;
  /** Told the id of each program that is started for that; what it gives is called when the program has ended. */
  readonly onStart?: (pid: number) => () => void;
  /** Longest time of each of them; without it pip alone decides when to give up. */
  readonly limitMs?: number;
}

/** What is watched of the programs that make an environment. */
type Watch = Pick<PythonEnvironment, 'onStart' | 'limitMs'>;

/** Long enough for the cause, which pip gives last. */
const LAST_WORDS_LENGTH = 2_000;

/**
 * Makes the environment unless it is there, in one process at a time, and gives the path of its Python. Throws an Error that says what
 * is needed when there is no such Python, and with pip's last words when it cannot be filled.
 */
export async function ensurePythonEnvironment(options: PythonEnvironment): Promise<string> {
  const { name, requirements, folder, python = 'python3', oldestMinorVersion = 10, onMake } = options;
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const environment = resolve(folder, `${name}-${version}`);
  const program = join(environment, 'bin', 'python');
  // Written last, so that an installation that was broken off is begun anew.
  const complete = join(environment, 'complete');
  if (existsSync(complete)) return program;
  await mkdir(folder, { recursive: true });
  await withLock(`${environment}.lock`, async () => {
    if (existsSync(complete)) return;
    onMake();
    await requirePython(python, oldestMinorVersion, options);
    await run(python, ['-m', 'venv', '--clear', environment], options);
    await run(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements], options);
    await writeFile(complete, '');
  });
  return program;
}

async function requirePython(python: string, oldestMinorVersion: number, watch: Watch): Promise<void> {
  const check = `import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${oldestMinorVersion}))`;
  const { ended, lastWords } = await outcomeOf(python, ['-c', check], watch);
  if (ended === 0) return;
  // An older one ends without a word.
  const came = lastWords.split('\n').at(-1) || (ended === 1 ? 'an older one' : ended);
  const help = 'Install it; on Debian and Ubuntu the module is the package python3-venv.';
  throw new Error(
    `Expected Python 3.${oldestMinorVersion} or newer with its module venv as ${python}, got ${came}. ${help}`,
  );
}

async function run(program: string, args: readonly string[], watch: Watch): Promise<void> {
  const { ended, lastWords } = await outcomeOf(program, args, watch);
  if (ended === 0) return;
  const command = [program, ...args.slice(0, 3)].join(' ');
  throw new Error(`Expected \`${command}\` to succeed, it ended with ${ended}. It said:\n${lastWords}`);
}

interface ProgramOutcome {
  /** Its exit code, the signal that ended it, or why it did not start. */
  readonly ended: number | string;
  /** The end of what it wrote to standard error. */
  readonly lastWords: string;
}

async function outcomeOf(
  program: string,
  args: readonly string[],
  { onStart, limitMs }: Watch,
): Promise<ProgramOutcome> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: limitMs });
  const onEnd = child.pid === undefined ? undefined : onStart?.(child.pid);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-LAST_WORDS_LENGTH);
  });
  // `once` rejects with the error of a program that cannot be started.
  const [code, signal] = await once(child, 'close').catch((error: NodeJS.ErrnoException) => [
    error.code ?? error.message,
  ]);
  onEnd?.();
  return { ended: code ?? signal, lastWords: errors.trim() };
}
