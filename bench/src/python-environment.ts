// Owns the virtual environments of the peers, one for each list of requirements: made when missing or when the list has changed,
// else left alone. Must not know what runs in them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const STAMP = 'requirements.sha256';

export interface EnvironmentOptions {
  readonly requirementsFile: string;
  /** Where it lies or will lie. */
  readonly folder: string;
  /** A Python 3.11 with the module venv. */
  readonly python: string;
  /** Called before it is made, which takes minutes. */
  readonly onMake: () => void;
}

/** The environment's Python. Throws Error with pip's last words when it cannot be made. */
export async function ensureEnvironment({
  requirementsFile,
  folder,
  python,
  onMake,
}: EnvironmentOptions): Promise<string> {
  const wanted = createHash('sha256')
    .update(await readFile(requirementsFile))
    .digest('hex');
  const program = join(folder, 'bin', 'python');
  if ((await readFile(join(folder, STAMP), 'utf8').catch(() => '')) === wanted) return program;
  onMake();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run(python, ['-m', 'venv', folder]);
  await run(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirementsFile]);
  await writeFile(join(folder, STAMP), wanted);
  return program;
}

/** Runs to the end and gives the standard output. */
export async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => {
    stdout += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  if (code === 0) return stdout;
  const lastWords = stderr.trim().split('\n').slice(-3).join('\n');
  throw new Error(`${program} ${args[0]} ${args[1] ?? ''} ended with ${code}: ${lastWords}`);
}
