// Owns the Python environment of the reference pipeline and runs programs in it. Must not know what they compute.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '@predict-schemata/python-environments';

const folder = fileURLToPath(new URL('../reference/', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));

/** The Python of the reference pipeline's environment, which is made unless it is there: `note` says so. Throws as ensurePythonEnvironment. */
export function ensurePython(note: (text: string) => void): Promise<string> {
  return ensurePythonEnvironment({
    name: 'reference-pipeline',
    requirements: join(folder, 'requirements.txt'),
    folder: cache,
    onMake: () =>
      note('Installing PyTorch and transformers for the reference pipeline into .cache: once, about 3 GB on Linux.'),
  });
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
