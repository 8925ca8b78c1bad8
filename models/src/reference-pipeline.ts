// Owns the Python environment of the reference pipeline and runs programs in it. Must not know what they compute.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../reference/', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));

/** Written last, so that an installation that was broken off is begun anew. */
const COMPLETE = 'complete';

/**
 * Makes the virtual environment of `reference/requirements.txt` when it is missing, which downloads from the Python package
 * index; `note` says so, and pip's own output goes to standard error. Returns the path of its Python.
 */
export async function ensurePython(note: (text: string) => void): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const environment = join(cache, `reference-pipeline-${version}`);
  const python = join(environment, 'bin', 'python');
  if (existsSync(join(environment, COMPLETE))) return python;
  note('Installing PyTorch and transformers for the reference pipeline into .cache: once, about 3 GB on Linux.');
  await mkdir(cache, { recursive: true });
  await run('python3', ['-m', 'venv', '--clear', environment]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  await writeFile(join(environment, COMPLETE), '');
  return python;
}

/** Runs `reference/NAME` and returns what it prints. @throws Error with its last line when it fails. */
export async function runReference(python: string, name: string, args: readonly string[]): Promise<string> {
  const child = spawn(python, [join(folder, name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await exitOf(child, python);
  if (code === 0) return stdout;
  throw new Error(`The reference pipeline failed: ${stderr.trim().split('\n').at(-1) ?? ''} (exit ${code}).`);
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', process.stderr, process.stderr] });
  const code = await exitOf(child, program);
  if (code !== 0)
    throw new Error(`Expected ${program} ${args.slice(0, 2).join(' ')} to succeed, it ended with ${code}.`);
}

async function exitOf(child: ChildProcess, program: string): Promise<unknown> {
  try {
    const [code] = await once(child, 'close');
    return code;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new Error(
      `Expected Python 3.10 or newer as ${program}, starting it gave ${why}. Install it, or give --python.`,
      {
        cause: error,
      },
    );
  }
}
