import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram } from './process-tree.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'process-tree-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Takes 300 ms of processor time, as the kernel counts it. */
const BURN = 'while (process.cpuUsage().user < 300_000);';

function start(script: string) {
  return startProgram({
    command: process.execPath,
    args: ['-e', script],
    cwd: folder,
    env: {},
    logFile: join(folder, 'log'),
    endLimitMs: 500,
  });
}

const written = (): Promise<string> => readFile(join(folder, 'log'), 'utf8');

test('the time of a child that has ended counts', async () => {
  await using program = start(
    `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(BURN)}]); console.log('over'); setInterval(() => {}, 1000);`,
  );
  await expect.poll(written, { timeout: 20_000 }).toContain('over');
  expect(program.processes()).toBe(1);
  expect(program.cpuMs()).toBeGreaterThanOrEqual(300);
});

test('a child that left its group and lost its parent counts, and is ended', async () => {
  // It also refuses to end when asked.
  const orphan = "process.on('SIGTERM', () => {}); console.log('here'); setInterval(() => {}, 1000);";
  const program = start(
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(orphan)}], { detached: true, stdio: 'inherit' }).unref();`,
  );
  try {
    await expect.poll(program.running, { timeout: 20_000 }).toBe(false);
    await expect.poll(written, { timeout: 20_000 }).toContain('here');
    expect(program.processes()).toBe(1);
  } finally {
    await program[Symbol.asyncDispose]();
  }
  expect(program.processes()).toBe(0);
}, 60_000);

test('a program that does not exist is not running', async () => {
  await using program = startProgram({
    command: join(folder, 'nothing-here'),
    args: [],
    cwd: folder,
    env: {},
    logFile: join(folder, 'log'),
  });
  await expect.poll(program.running).toBe(false);
});
