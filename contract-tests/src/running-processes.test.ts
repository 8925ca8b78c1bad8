import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { repositoryRoot } from './repository-root.ts';
import { forget, remember } from './running-processes.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started) {
    child.kill('SIGKILL');
    forget(child.pid ?? 0);
  }
});

/** A process that goes on until it is ended. */
function sleeper(): ChildProcess & { readonly pid: number } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  if (child.pid === undefined) throw new Error('It did not start.');
  started.push(child);
  return Object.assign(child, { pid: child.pid });
}

/** What another run prints that remembers `pids` and ends what is on its list. */
function otherRun(pids: readonly number[]): unknown {
  const module = JSON.stringify(new URL('./running-processes.ts', import.meta.url));
  const program = `
    import { beginRun, endRemembered, remember } from ${module};
    beginRun();
    for (const pid of ${JSON.stringify(pids)}) remember(pid);
    console.log(JSON.stringify(endRemembered()));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}

test('a run ends what it remembers, and leaves alone what another one does', async () => {
  const [mine, theirs] = [sleeper(), sleeper()];
  remember(mine.pid);
  const ended = once(theirs, 'exit');
  expect(otherRun([theirs.pid])).toEqual([theirs.pid]);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(mine.exitCode ?? mine.signalCode).toBeNull();
  // Nor has it thrown this run's list away, on which the runner's own process will look.
  const { PREDICT_SCHEMATA_TEST_RUN: run = '' } = process.env;
  expect(Number(run)).not.toBe(process.pid);
  expect(existsSync(join(repositoryRoot, '.cache', 'test-processes', run, String(mine.pid)))).toBe(true);
});
