// Shows the command line from outside: what it writes, what it prints, and that a failure leaves nothing behind.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain } from '../../test/run-main.ts';
import { buildDevelopmentModel } from '../development-model.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-development-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('writes the model in the place of an older file and prints its facts', async () => {
  const out = join(folder, 'hear.onnx');
  await writeFile(out, 'older');
  const { code, stdout } = await runMain('build-development', '--out', out);
  const written = await readFile(out);
  expect(Buffer.compare(written, buildDevelopmentModel())).toBe(0);
  expect(stdout).toBe(
    `${out}  ${written.byteLength} bytes\nsha256 ${createHash('sha256').update(written).digest('hex')}\n`,
  );
  expect(code).toBe(0);
  expect(await readdir(folder)).toEqual(['hear.onnx']);
});

test('leaves nothing behind when the file cannot be written', async () => {
  const inTheWay = join(folder, 'in-the-way');
  await mkdir(join(inTheWay, 'file.onnx'), { recursive: true });
  const { code, stderr } = await runMain('build-development', '--out', join(inTheWay, 'file.onnx'));
  expect(stderr).toContain('file.onnx');
  expect(code).toBe(1);
  expect(await readdir(inTheWay)).toEqual(['file.onnx']);
});

test.each([
  { given: 'no file', args: ['build-development'], want: "required option '--out <file>' not specified" },
  {
    given: 'a folder that does not exist',
    args: ['build-development', '--out', join('no-such-folder', 'm.onnx')],
    want: '--out: expected a file in a folder that exists',
  },
  {
    given: 'an unknown algorithm',
    args: ['build-development', '--out', 'm.onnx', '--algorithm', 'nope'],
    want: 'Allowed choices are hear',
  },
])('$given is refused', async ({ args, want }) => {
  const { code, stderr } = await runMain(...args);
  expect(stderr).toContain(want);
  expect(code).toBe(1);
});

test('--help names the sub-commands', async () => {
  const { code, stdout } = await runMain('--help');
  expect(stdout).toContain('build-development');
  expect(code).toBe(0);
});
