// Checks which copies of models stay, on real folders and with the marks of living and ended processes.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdCopy } from './model-copies.ts';

const HOUR_MS = 3_600_000;
const key = (digit: number) => String(digit).repeat(32);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'model-copies-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A copy, a mark or a partial download that was last used so many hours ago. */
async function put(name: string, hoursAgo: number): Promise<string> {
  const path = join(dir, name);
  if (name.includes('in-use')) await writeFile(path, '');
  else {
    await mkdir(path);
    await writeFile(join(path, 'model.onnx'), name);
  }
  const then = new Date(Date.now() - hoursAgo * HOUR_MS);
  await utimes(path, then, then);
  return join(path, 'model.onnx');
}

const left = async () => (await readdir(dir)).filter((name) => !name.includes('in-use')).sort();

test('those in use and the two used last stay', async () => {
  const paths: string[] = [];
  for (const digit of [1, 2, 3, 4, 5]) paths.push(await put(key(digit), digit));
  const release = await holdCopy(paths[4] ?? '', dir);
  expect(await left()).toEqual([1, 2, 5].map(key));
  // Held twice, as by the old and the new engine of a swap: it stays until both have ended.
  const again = await holdCopy(paths[4] ?? '', dir);
  await release();
  await release();
  expect(await left()).toEqual([1, 2, 5].map(key));
  await again();
  expect(await left()).toEqual([1, 2].map(key));
});

test('marks count while their process lives, or while those of another machine are not too old', async () => {
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  for (const digit of [1, 2, 3, 4, 5, 6, 7]) await put(key(digit), digit);
  const host = hostname().replaceAll(/[^A-Za-z0-9._-]/g, '_');
  await put(`${key(4)}.in-use-${process.ppid}-1-${host}`, 500);
  await put(`${key(5)}.in-use-${ended}-1-${host}`, 0);
  await put(`${key(6)}.in-use-${ended}-1-elsewhere`, 100);
  await put(`${key(7)}.in-use-${ended}-1-elsewhere`, 200);
  await (await holdCopy(join(dir, key(1), 'model.onnx'), dir))();
  expect(await left()).toEqual([1, 2, 4, 6].map(key));
  expect((await readdir(dir)).filter((name) => name.includes('in-use')).map((name) => name[0])).toEqual(['4', '6']);
});

test('what a cut-off download left goes after a day; what is no copy is never touched', async () => {
  await put(`${key(1)}.partial-abc`, 30);
  await put(`${key(2)}.partial-abc`, 3);
  await put('my-own-models', 1000);
  const path = await put(key(3), 1);
  await holdCopy(path, dir);
  expect(await left()).toEqual([`${key(2)}.partial-abc`, key(3), 'my-own-models']);
  // A model of the user's own, in a folder whose name looks like a copy's, elsewhere.
  const release = await holdCopy(path, join(dir, 'elsewhere'));
  await release();
  expect(await left()).toContain(key(3));
});

test('a folder that is gone keeps nobody from ending', async () => {
  const release = await holdCopy(await put(key(1), 0), dir);
  await rm(dir, { recursive: true });
  await release();
  await mkdir(dir);
});
