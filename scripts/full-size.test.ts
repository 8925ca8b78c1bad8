// Owns the short form of the full-size run: the same commands on the small model, so that the long one works when it is needed.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'full-size-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['scripts/full-size.ts', '--dir', folder, '--size', 'small', ...args]);

// A dozen processes, one after the other: on a busy machine that takes longer than the usual limit.
test('seeds, imports, verifies and measures every variant', { timeout: 120_000 }, async () => {
  const { stdout } = await run('--rounds', '1', '--round-ms', '20');
  for (const variant of ['fp32', 'fp16', 'int8', 'fp16-fused']) {
    expect(await readFile(join(folder, `small-${variant}.onnx.verification.md`), 'utf8')).toMatch(
      /\| Result +\| passed +\|/,
    );
  }
  const { models } = JSON.parse(await readFile(join(folder, 'small-fp32.onnx.bench.json'), 'utf8'));
  expect(models).toMatchObject([{ variant: 'fp32' }, { variant: 'int8' }]);
  expect(stdout).toContain('$ npm run model -- seed');
  expect((await readdir(folder)).filter((name) => name.startsWith('weights'))).toEqual(['weights-small']);
});

test('the short form verifies with four sounds and measures nothing', { timeout: 120_000 }, async () => {
  await rm(join(folder, 'small-fp32.onnx.bench.json'), { force: true });
  await run('--short');
  for (const variant of ['fp32', 'fp16', 'int8', 'fp16-fused']) {
    const report = await readFile(join(folder, `small-${variant}.onnx.verification.md`), 'utf8');
    expect(report.match(/^\| \S+\.wav +\|/gm)).toHaveLength(4);
  }
  expect(await readdir(folder)).not.toContain('small-fp32.onnx.bench.json');
});

test('ends with the first command that fails', async () => {
  await rm(join(folder, 'weights-small', 'model.safetensors'));
  await expect(run()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('import ended with 1.') });
});
