// Shows verify from outside: what passes, what fails and how, and what the report says. Python is stood in for by the float64
// computation that is itself held to numbers of PyTorch.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { runMain } from '../../test/run-main.ts';
import { writeSmallHear } from '../../test/small-hear.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { buildHearEventsDevelopmentModel } from '../development/hear-events.ts';
import { buildDevelopmentModel } from '../development-model.ts';
import { buildFrontEndModel } from '../front-end/graph.ts';
import { importHear } from '../hear/import-hear.ts';
import { VARIANTS } from '../vit/arithmetic.ts';

const root = temporaryFolder('verify');
const at = (...path: string[]) => join(root, ...path);
const fixtures = fileURLToPath(new URL('../../../fixtures/hear/', import.meta.url));
const python = at('python');

beforeAll(async () => {
  const standIn = fileURLToPath(new URL('../../test/stand-in-for-python.ts', import.meta.url));
  writeFileSync(python, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`, { mode: 0o755 });
  writeSmallHear(at('download'));
  mkdirSync(at('sounds'));
  for (const name of [
    'cough-like-16khz-s16.wav',
    'tones-8khz-u8-stereo.wav',
    'too-short-1s-4khz-u8.wav',
    'refused-cut.wav',
  ]) {
    copyFileSync(join(fixtures, name), at('sounds', name));
  }
  for (const variant of VARIANTS) {
    await importHear({ folder: at('download'), out: at(`${variant}.onnx`), variant });
  }
  await importHear({ folder: at('download'), out: at('fused.onnx'), variant: 'fp16', form: 'fused' });
});

const verify = (file: string, ...options: string[]) =>
  runMain('verify', at(file), '--sounds', at('sounds'), ...options);
const withoutPadding = (path: string) => readFileSync(path, 'utf8').replaceAll(/ +/g, ' ');
const report = (file: string) => withoutPadding(at(`${file}.verification.md`));

test.each([...VARIANTS, 'fused'])('%s passes against its own weights', async (variant) => {
  const { code, stdout } = await verify(`${variant}.onnx`, '--against', at('download'), '--python', python);
  expect(stdout).toContain('passed: 2 clips, 0 beyond the limits; relative norm up to');
  expect(code).toBe(0);
  const text = report(`${variant}.onnx`);
  expect(text).toContain('| Result | passed |');
  expect(text).toContain(variant === 'fused' ? ', fp16, fused |' : `, ${variant}, plain |`);
  expect(text).toContain(', execution provider cpu, ');
  expect(text).toContain('| Reference | float64, standIn 1 |');
  expect(text).toMatch(/\| tones-8khz-u8-stereo\.wav \| \d\.\d\de-\d \| .* \| same bits \| \|/);
  // A clip of the wrong length and a cut file are no clips.
  expect(text).not.toContain('too-short');
  expect(text).not.toContain(root);
});

test("with the user's own front end both ways are compared, and how far both front ends are from float64", async () => {
  writeFileSync(at('own_front_end.py'), 'gain = 1\n');
  const options = ['--against', at('download'), '--python', python, '--front-end', at('own_front_end.py')];
  const { code, stdout } = await verify('fp32.onnx', ...options);
  expect(stdout.replaceAll(/\d\.\d\de-\d+/g, 'N')).toContain(
    "With own_front_end.py as front end: relative norm up to N. Spectrograms, relative norm from float64: the model's front end N in the middle, N at most; own_front_end.py N in the middle, N at most\n",
  );
  expect(code).toBe(0);
  const text = report('fp32.onnx');
  expect(text).toContain('## With the front end of own_front_end.py\n\nSHA-256 ');
  const figures = text
    .split('\n')
    .findLast((line) => line.startsWith('| tones-8khz-u8-stereo.wav '))
    ?.match(/-?\d\.\d\de[-+]\d+/g)
    ?.map(Number);
  expect(figures).toHaveLength(6);
  // Rounding to float32 is all that the file does: at most half of the last of 24 bits. The graph computes in float32.
  const [, model = Number.NaN, , , file = Number.NaN] = figures ?? [];
  expect(file).toBeGreaterThan(0);
  expect(file).toBeLessThan(2 ** -24);
  expect(model).toBeGreaterThan(file);
  expect(text).not.toContain(root);
});

test("a front end that is not the model's fails", async () => {
  writeFileSync(at('other_front_end.py'), 'gain = 1.01\n');
  const options = ['--against', at('download'), '--python', python, '--front-end', at('other_front_end.py')];
  const { code, stdout } = await verify('fp32.onnx', ...options);
  expect(stdout).toContain('FAILED: 2 clips, 2 beyond the limits');
  expect(code).toBe(1);
});

test('other weights than those of the model fail, with the difference in the report', async () => {
  const other = writeSmallHear(at('other'), { seed: 2 });
  const { code, stdout, stderr } = await verify('fp32.onnx', '--against', other, '--python', python);
  expect(code).toBe(1);
  expect(stdout).toContain('FAILED: 2 clips, 2 beyond the limits');
  expect(stderr).toContain('model.safetensors: expected SHA-256');
  expect(report('fp32.onnx')).toContain('| Result | FAILED |');
});

test('data that is not what the import wrote fails', async () => {
  const [data = ''] = readdirSync(root).filter((name) => name.startsWith('fp16.onnx.') && name.endsWith('.data'));
  const bytes = readFileSync(at(data));
  // The lowest bit of a number: the embeddings would pass.
  bytes[8192] = (bytes[8192] ?? 0) ^ 1;
  writeFileSync(at(data), bytes);
  const { code, stderr } = await verify('fp16.onnx');
  expect(stderr).toContain(`${data}: expected SHA-256`);
  expect(code).toBe(1);
});

test.each([
  { given: 'missing', change: (data: string) => rmSync(data), want: 'got ENOENT. Import the model again.' },
  { given: 'cut off', change: (data: string) => truncateSync(data, 4096), want: 'Import the model again.' },
])('data that is $given is named, rather than the model that cannot be loaded', async ({ given, change, want }) => {
  const folder = at(given.replace(' ', '-'));
  mkdirSync(folder);
  await importHear({ folder: at('download'), out: join(folder, 'hear.onnx'), variant: 'fp32' });
  const [data = ''] = readdirSync(folder).filter((name) => name.endsWith('.data'));
  change(join(folder, data));
  const { code, stderr } = await runMain('verify', join(folder, 'hear.onnx'), '--sounds', at('sounds'));
  expect(stderr).toContain(`${data}: expected SHA-256`);
  expect(stderr).toContain(want);
  expect(stderr).not.toContain('is none');
  expect(code).toBe(1);
});

test('without weights the clips are compared with themselves alone', async () => {
  writeFileSync(at('development.onnx'), buildDevelopmentModel());
  const { code, stdout } = await verify('development.onnx', '--report', at('own-name.md'));
  expect(stdout).toContain('passed: 2 clips, 0 beyond the limits; difference among others 0.00e+0');
  expect(code).toBe(0);
  expect(withoutPadding(at('own-name.md'))).toContain('| Reference | none: give the weights with --against |');
});

test.each([
  { given: 'no model', file: 'nowhere.onnx', options: [], want: 'Expected a readable model nowhere.onnx, got ENOENT.' },
  { given: 'a text', file: 'text.onnx', options: [], want: 'text.onnx is none.' },
  {
    given: 'another signature',
    file: 'front-end.onnx',
    options: [],
    want: 'Model front-end.onnx: expected one input x [N,32000] and one output embedding [N,512].',
  },
  { given: 'no weights', file: 'fp32.onnx', options: ['--against', 'nowhere'], want: '--against: expected a folder' },
  {
    given: 'a model of another algorithm',
    file: 'events.onnx',
    options: [],
    want: 'Expected a model of hear, events.onnx says that it is one of "hear-events".',
  },
  {
    given: 'a front end without weights',
    file: 'fp32.onnx',
    options: ['--front-end', 'README.md'],
    want: '--front-end: expected --against DIR with it',
  },
  {
    given: 'a front end that is a folder',
    file: 'fp32.onnx',
    options: ['--against', '.', '--front-end', 'models'],
    want: '--front-end: expected a Python file, got models.',
  },
  {
    given: 'no Python',
    file: 'fp32.onnx',
    options: ['--against', '.', '--python', '/no/such/python'],
    want: 'starting it gave ENOENT',
  },
  {
    given: 'an unknown execution provider',
    file: 'fp32.onnx',
    options: ['--execution-provider', 'abacus'],
    want: '--execution-provider: this build of onnxruntime has the execution providers cpu',
  },
  {
    given: 'a reference pipeline that fails',
    file: 'fp32.onnx',
    options: ['--against', '.', '--python', 'false'],
    want: 'The reference pipeline failed',
  },
  {
    given: 'a folder without sounds',
    file: 'fp32.onnx',
    options: ['--sounds', 'decisions'],
    want: '--sounds: expected WAV files of 2 s in the folder, found none.',
  },
])('$given is refused', async ({ file, options, want }) => {
  writeFileSync(at('text.onnx'), 'a text, and not a short one');
  writeFileSync(at('front-end.onnx'), buildFrontEndModel());
  writeFileSync(at('events.onnx'), buildHearEventsDevelopmentModel());
  const { code, stderr } = await verify(file, ...options);
  expect(stderr).toContain(want);
  expect(code).toBe(1);
});
