// Owns the Python environment of the client libraries that the server is tested with, and runs programs in it. Must not know what
// they do.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './repository-root.ts';

const run = promisify(execFile);
const FOLDER = join(repositoryRoot, 'contract-tests', 'python');
const CACHE = join(repositoryRoot, '.cache');
/** The pinned packages need it. */
const OLDEST_PYTHON = [3, 11] as const;
const INSTALL_LIMIT_MS = 400_000;
const PROGRAM_LIMIT_MS = 60_000;

/**
 * Why the suites that need Python cannot run here: undefined when they can. A developer's machine may lack Python, and is told so;
 * a build machine (CI is set) may not, and the suites fail there.
 */
export async function whyNoPython(): Promise<string | undefined> {
  const wanted = OLDEST_PYTHON.join('.');
  const version = await run('python3', ['-c', 'import sys; print(*sys.version_info[:2])'])
    .then(({ stdout }) => stdout.trim().split(' ').map(Number))
    .catch(() => []);
  const [major = 0, minor = 0] = version;
  if (major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1])) return undefined;
  const got = version.length === 0 ? 'none' : version.join('.');
  const reason = `The client libraries need python3 from ${wanted}, got ${got}. Install it to run these tests.`;
  if (process.env['CI']) throw new Error(reason);
  return reason;
}

/** Makes the environment of `python/requirements.txt` unless it is there, from the Python package index. Gives its Python. */
export async function ensurePython(): Promise<string> {
  const requirements = join(FOLDER, 'requirements.txt');
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const environment = join(CACHE, `client-libraries-${version}`);
  const python = join(environment, 'bin', 'python');
  // Written last: an installation that was broken off is begun anew.
  const complete = join(environment, 'complete');
  if (existsSync(complete)) return python;
  await mkdir(CACHE, { recursive: true });
  // Suites run beside each other; the first one installs. A lock of a run that was killed grows stale with its process.
  const lock = `${environment}.lock`;
  await withLock(lock, async () => {
    if (existsSync(complete)) return;
    console.error('Installing client libraries into .cache (once, about a minute)…');
    await run('python3', ['-m', 'venv', '--clear', environment]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements], {
      timeout: INSTALL_LIMIT_MS,
    });
    await writeFile(complete, '');
  });
  return python;
}

/** Runs `python/NAME` and gives the JSON that it prints. Throws with what it wrote when it fails. */
export async function runPython(
  python: string,
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { stdout } = await run(python, [join(FOLDER, name), ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    timeout: PROGRAM_LIMIT_MS,
  });
  return JSON.parse(stdout);
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
