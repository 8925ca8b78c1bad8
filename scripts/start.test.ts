// Owns the proof that `npm start` works as a person or an orchestrator uses it: through npm, from nothing to a signal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forget, remember } from '../contract-tests/src/running-processes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('npm start builds the model, greets, and hands SIGTERM on to the server', async () => {
  const npm = spawn('npm', ['start', '--', '--port', '0', '--cache-dir', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that all of it can be ended whatever happens.
    detached: true,
  });
  const { pid = 0 } = npm;
  remember(pid);
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await expect.poll(() => output, { timeout: 25_000 }).toContain('Send a sound to');
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['models', 'token']));
  const [, url = ''] = /Serving .* on (http:\S+)/.exec(output) ?? [];
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  npm.kill('SIGTERM');
  const [code] = await once(npm, 'close');
  forget(pid);
  expect(code).toBe(0);
  expect(output).toContain('"msg":"drained"');
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
});
