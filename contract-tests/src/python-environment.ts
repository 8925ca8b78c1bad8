// Owns virtual environments of Python under .cache, one for each file of pinned requirements. Must not know what runs in them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';
import { forget, remember } from './running-processes.ts';

const INSTALL_LIMIT_MS = 400_000;

/**
 * Makes the environment when it is missing, which downloads from the Python package index; `note` says so. Gives the path of its
 * Python. Throws an Error that says what to install when there is no Python 3.10 or newer.
 */
export async function ensurePythonEnvironment(
  name: string,
  requirements: string,
  note: (text: string) => void,
): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const cache = join(repositoryRoot, '.cache');
  const environment = join(cache, `${name}-${version}`);
  const python = join(environment, 'bin', 'python');
  // Written last, so that an installation that was broken off is begun anew.
  const complete = join(environment, 'complete');
  if (existsSync(complete)) return python;
  await mkdir(cache, { recursive: true });
  // Suites run beside each other; the first one installs. A lock of a run that was killed grows stale with its process.
  await withLock(`${environment}.lock`, async () => {
    if (existsSync(complete)) return;
    note(`Installing ${name} into .cache: once, up to a minute.`);
    await run('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']);
    await run('python3', ['-m', 'venv', '--clear', environment]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
    await writeFile(complete, '');
  });
  return python;
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: INSTALL_LIMIT_MS });
  if (child.pid !== undefined) remember(child.pid);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code] = await once(child, 'close').catch((error: unknown) => [String(error)]);
  if (child.pid !== undefined) forget(child.pid);
  if (code !== 0) {
    const command = `${program} ${args.slice(0, 3).join(' ')}`;
    throw new Error(
      `Expected \`${command}\` to succeed, it ended with ${code}. The contract checks need Python 3.10 or newer with venv as python3, and the Python package index.\n${errors.slice(-2000)}`,
    );
  }
}

/** Runs `work` in one process at a time. The lock is a file with the id of its owner. */
async function withLock(path: string, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      break;
    } catch {
      const owner = Number(await readFile(path, 'utf8').catch(() => '0'));
      if (owner > 0 && !isRunning(owner)) {
        // Renamed first, so that only one of those who see the stale lock removes it.
        const mine = `${path}.${process.pid}`;
        await rename(path, mine).then(
          () => rm(mine),
          () => {},
        );
      } else await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
