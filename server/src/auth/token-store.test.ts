import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TokenFileError, type TokenRecord, tokenHash } from './token-record.ts';
import { changeTokenFile, readTokenFile } from './token-store.ts';

const record = (name: string): TokenRecord => ({ name, sha256: tokenHash(name), created: '2026-01-01T00:00:00Z' });
const add = (path: string, name: string) => changeTokenFile(path, (tokens) => [...tokens, record(name)]);
const namesIn = async (path: string) => (await readTokenFile(path)).map(({ name }) => name);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('no file is no token; the first change makes it, readable by its owner alone', async () => {
  const path = join(folder, 'new', 'tokens.json');
  expect(await readTokenFile(path)).toEqual([]);
  await add(path, 'a');
  expect(await namesIn(path)).toEqual(['a']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('changes at once all happen', async () => {
  const path = join(folder, 'tokens.json');
  const names = Array.from({ length: 12 }, (_, index) => `t${index}`);
  await Promise.all(names.map((name) => add(path, name)));
  expect((await namesIn(path)).sort()).toEqual(names.sort());
  expect(await readdir(folder)).toEqual(['tokens.json']);
});

test('a change that fails leaves the file and no lock', async () => {
  const path = join(folder, 'tokens.json');
  await add(path, 'a');
  const before = await readFile(path, 'utf8');
  await expect(
    changeTokenFile(path, () => {
      throw new Error('not so');
    }),
  ).rejects.toThrow('not so');
  expect(await readFile(path, 'utf8')).toBe(before);
  await add(path, 'b');
  expect(await readdir(folder)).toEqual(['tokens.json']);
});

test('a broken file is not overwritten', async () => {
  const path = join(folder, 'tokens.json');
  await writeFile(path, '{ "version": 1, "tokens": [');
  await expect(add(path, 'a')).rejects.toThrow(TokenFileError);
  expect(await readFile(path, 'utf8')).toBe('{ "version": 1, "tokens": [');
});

test('a link goes on leading to the file', async () => {
  const [path, link] = [join(folder, 'tokens.json'), join(folder, 'link')];
  await add(path, 'a');
  await symlink(path, link);
  await add(link, 'b');
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await namesIn(path)).toEqual(['a', 'b']);
});

test('a lock that somebody left behind is named', async () => {
  const path = join(folder, 'tokens.json');
  await writeFile(`${path}.lock`, '');
  await expect(changeTokenFile(path, (tokens) => tokens, 50)).rejects.toThrow(
    /one was killed: delete .*tokens\.json\.lock/,
  );
});
