import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { differenceOf, isSame, writeOutputs } from './write.ts';

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const OUTPUTS = new Map([
  ['ts/a.gen.ts', 'a'],
  ['b.json', 'b'],
]);

test('writes what is missing or differs, deletes what is no output, keeps package.json', () => {
  const folder = folderWith({ 'b.json': 'old', 'ts/stale.gen.ts': 'x', 'package.json': '{}' });
  expect(writeOutputs(folder, OUTPUTS)).toMatchObject({
    missing: ['ts/a.gen.ts'],
    differing: ['b.json'],
    extra: ['ts/stale.gen.ts'],
  });
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
    'b.json',
    'package.json',
    'ts',
    join('ts', 'a.gen.ts'),
  ]);
  expect(readFileSync(join(folder, 'b.json'), 'utf8')).toBe('b');
  expect(isSame(differenceOf(folder, OUTPUTS))).toBe(true);
});

test('a file that is right is not touched', () => {
  const folder = folderWith({ 'b.json': 'b' });
  utimesSync(join(folder, 'b.json'), 1, 1);
  writeOutputs(folder, OUTPUTS);
  expect(statSync(join(folder, 'b.json')).mtimeMs).toBe(1000);
});

test('a right file that git does not track is told, ignored ones too', () => {
  const folder = folderWith({ 'b.json': 'b', 'ts/a.gen.ts': 'a', '.gitignore': '*.gen.ts\n' });
  const git = (...args: string[]): void => {
    execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  };
  git('init');
  git('add', 'b.json', '.gitignore');
  expect(differenceOf(folder, OUTPUTS).untracked).toEqual(['ts/a.gen.ts']);
  git('add', '--force', 'ts/a.gen.ts');
  expect(differenceOf(folder, OUTPUTS).untracked).toEqual([]);
});
