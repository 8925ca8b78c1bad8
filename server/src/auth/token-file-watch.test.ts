import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type WatchedTokens, watchTokenFile } from './token-file-watch.ts';
import { formatTokenFile, tokenHash } from './token-record.ts';

const POLL_MS = 10;
const HASH = { a: tokenHash('a'), b: tokenHash('b') };
const textWith = (...names: (keyof typeof HASH)[]) =>
  formatTokenFile(names.map((name) => ({ name, sha256: HASH[name], created: '2026-01-01T00:00:00Z' })));

let folder = '';
let logged: { level: number; msg: string; problem?: string }[] = [];
let watched: WatchedTokens | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-watch-'));
  logged = [];
});
afterEach(async () => {
  watched?.close();
  await rm(folder, { recursive: true });
});

const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) });
async function watch(path: string): Promise<WatchedTokens> {
  watched = await watchTokenFile(path, log, POLL_MS);
  return watched;
}
const knows = (tokens: WatchedTokens, name: keyof typeof HASH) => tokens.current.find(HASH[name]) !== undefined;
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: POLL_MS });

test.each([
  [
    'replaced by another',
    (path: string) => writeFile(`${path}.new`, textWith('b')).then(() => rename(`${path}.new`, path)),
  ],
  ['written anew in place', (path: string) => writeFile(path, textWith('b'))],
])('a file that is %s', async (_name, change) => {
  const path = join(folder, 'tokens.json');
  await writeFile(path, textWith('a'), { mode: 0o600 });
  const tokens = await watch(path);
  expect([knows(tokens, 'a'), knows(tokens, 'b')]).toEqual([true, false]);
  await change(path);
  await eventually(() => expect([knows(tokens, 'a'), knows(tokens, 'b')]).toEqual([false, true]));
});

test('a mounted secret, whose folder is a link that is swapped', async () => {
  // As Kubernetes mounts one: tokens.json -> ..data/tokens.json, ..data -> a folder with the time in its name.
  for (const [version, name] of [
    ['..1', 'a'],
    ['..2', 'b'],
  ] as const) {
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, 'tokens.json'), textWith(name), { mode: 0o600 });
  }
  await symlink('..1', join(folder, '..data'));
  await symlink('..data/tokens.json', join(folder, 'tokens.json'));
  const tokens = await watch(join(folder, 'tokens.json'));
  expect(knows(tokens, 'a')).toBe(true);
  await symlink('..2', join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  await eventually(() => expect([knows(tokens, 'a'), knows(tokens, 'b')]).toEqual([false, true]));
});

test.each([
  ['half written', (path: string) => writeFile(path, textWith('b').slice(0, 40)), 'not complete JSON'],
  ['not a token file', (path: string) => writeFile(path, '{}'), 'not usable'],
  ['gone', (path: string) => rm(path), 'there is no such file'],
])('a file that is %s leaves the tokens as they were, with one line in the log', async (_name, change, problem) => {
  const path = join(folder, 'tokens.json');
  await writeFile(path, textWith('a'), { mode: 0o600 });
  const tokens = await watch(path);
  await change(path);
  await eventually(() => expect(logged.map(({ level }) => level)).toContain(50));
  await new Promise((resolve) => setTimeout(resolve, POLL_MS * 10));
  expect(knows(tokens, 'a')).toBe(true);
  const errors = logged.filter(({ level }) => level === 50);
  expect(errors).toHaveLength(1);
  expect(errors[0]?.problem).toContain(problem);
  await writeFile(path, textWith('a', 'b'));
  await eventually(() => expect(knows(tokens, 'b')).toBe(true));
});

test('a file that is not there at the start says how to make it', async () => {
  await expect(watch(join(folder, 'none.json'))).rejects.toThrow(/no such file; make it with npm run token -- create/);
});

test('a file that others can write is warned of, once for each change', async () => {
  const path = join(folder, 'tokens.json');
  await writeFile(path, textWith('a'));
  await chmod(path, 0o666);
  await watch(path);
  expect(logged).toEqual([expect.objectContaining({ level: 40, msg: expect.stringContaining('chmod 600') })]);
});
