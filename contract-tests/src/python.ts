// Owns the programs in Python that use the client libraries, and runs them. Must not know what they do.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureTestPython } from './python-environment.ts';
import { repositoryRoot } from './repository-root.ts';

const run = promisify(execFile);
const FOLDER = join(repositoryRoot, 'contract-tests', 'python');
/** The pinned packages need it. */
const OLDEST_PYTHON = [3, 11] as const;
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

/** The Python of the environment of `python/requirements.txt`, which is made unless it is there. */
export function ensurePython(): Promise<string> {
  return ensureTestPython('client-libraries', join(FOLDER, 'requirements.txt'), console.error);
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
