// Checks environments with the real Python and an empty list of packages, so that nothing is downloaded.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ensurePythonEnvironment } from './python-environment.ts';

// A developer's machine may lack Python; a build machine (CI is set) may not.
const hasPython = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0 || Boolean(process.env['CI']);
if (!hasPython) console.error('Skipped: environments need python3 with venv. Install it to run these tests.');

// Each environment takes some seconds, more on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
let requirements: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'python-environment-'));
  requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, '# nothing\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** How often it was made is in `made`. */
function ensure(
  options: { readonly python?: string; readonly oldestMinorVersion?: number; readonly limitMs?: number } = {},
) {
  const made = { times: 0, running: new Set<number>(), started: 0 };
  const onStart = (pid: number) => {
    made.started += 1;
    made.running.add(pid);
    return () => made.running.delete(pid);
  };
  const onMake = () => {
    made.times += 1;
  };
  const python = ensurePythonEnvironment({
    name: 'sums',
    requirements,
    folder: join(folder, 'environments'),
    onMake,
    onStart,
    ...options,
  });
  return { python, made };
}

/** Stands where Python is looked for. */
async function programThat(does: string): Promise<string> {
  const program = join(folder, 'python');
  await writeFile(program, `#!/bin/sh\n${does}\n`);
  await chmod(program, 0o755);
  return program;
}

describe.skipIf(!hasPython)('an environment', () => {
  test('is made once, also when it is asked for twice at the same time, and anew for other packages', async () => {
    const both = [ensure(), ensure()];
    const [first = '', second] = await Promise.all(both.map(({ python }) => python));
    expect(execFileSync(first, ['-c', 'print(6 * 7)'], { encoding: 'utf8' })).toBe('42\n');
    expect(second).toBe(first);
    expect(both.reduce((sum, { made }) => sum + made.times, 0)).toBe(1);
    expect(both.map(({ made }) => made.running.size)).toEqual([0, 0]);
    expect(both.reduce((sum, { made }) => sum + made.started, 0)).toBe(3);
    const later = ensure();
    expect(await later.python).toBe(first);
    expect(later.made.times).toBe(0);
    await writeFile(requirements, '# nothing else\n');
    expect(await ensure().python).not.toBe(first);
  });

  test('begins anew where an earlier run was broken off', async () => {
    const python = await ensure().python;
    const environment = dirname(dirname(python));
    await rm(join(environment, 'complete'));
    await writeFile(join(environment, 'half'), '');
    // The lock of a process that is gone: no process has the largest id that Linux could give.
    await writeFile(`${environment}.lock`, String(2 ** 22));
    const again = ensure();
    expect(await again.python).toBe(python);
    expect(again.made.times).toBe(1);
    expect(existsSync(join(environment, 'half'))).toBe(false);
    expect((await readdir(dirname(environment))).filter((name) => name.includes('lock'))).toEqual([]);
  });

  test('says which Python is needed', async () => {
    await expect(ensure({ python: join(folder, 'none') }).python).rejects.toThrow(
      /^Expected Python 3\.10 or newer with its module venv as .*none, got ENOENT\. Install it/,
    );
    await expect(ensure({ oldestMinorVersion: 99 }).python).rejects.toThrow(
      'Expected Python 3.99 or newer with its module venv as python3, got an older one. Install it',
    );
    const python = await programThat('echo "ModuleNotFoundError: No module named ensurepip" >&2; exit 1');
    await expect(ensure({ python }).python).rejects.toThrow(
      /, got ModuleNotFoundError: No module named ensurepip\. Install it/,
    );
  });

  test('ends a program that takes too long', async () => {
    const python = await programThat('exec sleep 600');
    const hanging = ensure({ python, limitMs: 100 });
    await expect(hanging.python).rejects.toThrow(/, got SIGTERM\. Install it/);
    expect(hanging.made.running.size).toBe(0);
  });

  test('gives the last words of what failed, and tries again the next time', async () => {
    await writeFile(requirements, './no-such-package\n');
    const failing = ensure();
    await expect(failing.python).rejects.toThrow(
      /^Expected `.*python -m pip install` to succeed, it ended with 1\. It said:\n.*no-such-package/s,
    );
    expect(failing.made.running.size).toBe(0);
    const again = ensure();
    await expect(again.python).rejects.toThrow('no-such-package');
    expect(again.made.times).toBe(1);
  });
});
