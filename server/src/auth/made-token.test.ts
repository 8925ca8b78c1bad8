import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOrMakeToken } from './made-token.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('makes a token once, readable by its owner alone', async () => {
  const path = join(folder, 'new', 'token');
  const first = await readOrMakeToken(path);
  expect(first).toEqual({ token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), kept: true });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readOrMakeToken(path)).toEqual(first);
});

test('two starts at once agree on one token', async () => {
  const path = join(folder, 'token');
  const [first, second] = await Promise.all([readOrMakeToken(path), readOrMakeToken(path)]);
  expect(first.token).toBe(second.token);
});

test('says what is wrong with the folder', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(readOrMakeToken(join(folder, 'file', 'token'))).rejects.toThrow('ENOTDIR');
});
