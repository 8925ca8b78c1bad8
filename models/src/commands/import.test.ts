// Shows seed and import from outside: what they write and print, and how a mistake ends.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMain } from '../../test/run-main.ts';
import { loadModel } from '../../test/run-model.ts';
import { sounds } from '../../test/synthetic-sounds.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const root = temporaryFolder('import');
const download = join(root, 'download');
const seeded = await runMain('seed', '--size', 'small', '--out', download, '--type', 'BF16', '--files', '2');

test('seed writes a folder as a download is', () => {
  expect(seeded).toMatchObject({ code: 0, stderr: '' });
  expect(seeded.stdout).toContain(`npm run model -- import ${download}`);
  expect(readdirSync(download).toSorted()).toEqual([
    'config.json',
    'model-00001-of-00002.safetensors',
    'model-00002-of-00002.safetensors',
    'model.safetensors.index.json',
  ]);
});

test('import makes a model of it, prints its facts and draws no progress without a terminal', async () => {
  const out = join(root, 'hear.onnx');
  const { code, stdout, stderr } = await runMain('import', download, '--out', out, '--variant', 'int8');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /hear\.onnx {2}\d+ bytes, int8, plain, 156096 parameters\nhear\.onnx\.[0-9a-f]{16}\.data {2}\d+ bytes/,
  );
  expect(stdout).toMatch(/\nsha256 [0-9a-f]{64}\n/);
  expect(stdout).toContain(`npm start -- --model ${out}`);
  expect(stdout).not.toContain('\u001b[');
  const run = await loadModel(out);
  expect((await run([sounds.noise(1, 0)]))[0]).toHaveLength(512);
});

test('import writes the fused form when it is asked for', async () => {
  const out = join(root, 'fused.onnx');
  const { code, stdout } = await runMain('import', download, '--out', out, '--variant', 'fp16', '--form', 'fused');
  expect(code).toBe(0);
  expect(stdout).toMatch(/fused\.onnx {2}\d+ bytes, fp16, fused, 156096 parameters\n/);
  const run = await loadModel(out);
  expect((await run([sounds.noise(1, 0)]))[0]).toHaveLength(512);
});

test.each([
  { given: 'no folder', args: ['import', '--out', 'm.onnx'], want: "missing required argument 'dir'" },
  { given: 'no file', args: ['import', download], want: "required option '--out <file>' not specified" },
  {
    given: 'an unknown variant',
    args: ['import', download, '--out', 'm.onnx', '--variant', 'fp8'],
    want: 'Allowed choices are fp32, fp16, int8',
  },
  {
    given: 'an unknown form',
    args: ['import', download, '--out', 'm.onnx', '--form', 'melted'],
    want: 'Allowed choices are plain, fused',
  },
  {
    given: 'a form that the variant does not have',
    args: ['import', download, '--out', join(root, 'nothing.onnx'), '--variant', 'int8', '--form', 'fused'],
    want: 'Form fused: expected the variant fp32 or fp16, got int8',
  },
  {
    given: 'a place that does not exist',
    args: ['import', download, '--out', join(root, 'no-such-folder', 'm.onnx')],
    want: '--out: expected a file in a folder that exists',
  },
  {
    given: 'a folder without a model',
    args: ['import', root, '--out', join(root, 'nothing.onnx')],
    want: 'Expected a folder with config.json and the weights, reading config.json gave ENOENT',
  },
  { given: 'no files at all', args: ['seed', '--out', download, '--files', '0'], want: 'a whole number from 1, got 0' },
])('$given is refused', async ({ args, want }) => {
  const { code, stderr } = await runMain(...args);
  expect(stderr).toContain(want);
  expect(stderr.split('\n').length).toBeLessThanOrEqual(3);
  expect(code).toBe(1);
  expect(readdirSync(root).filter((name) => name.startsWith('.') || name === 'nothing.onnx')).toEqual([]);
});
