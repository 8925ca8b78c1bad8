// Shows that tensors come out of files as they went in, from one file or several, and that what does not fit is named.
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { Checkpoint } from './checkpoint.ts';
import { FLOAT_TYPES } from './element-types.ts';
import { type WriteOptions, writeCheckpoint } from './write.ts';

const root = temporaryFolder('checkpoint');
// Exact in all three types, the smallest and largest powers of two of bfloat16 among them.
const numbers = Float32Array.of(0, -0, 1, -1.5, 3, 0.0078125, -240);
const tensors = [
  { name: 'a', shape: [numbers.length], values: () => numbers },
  { name: 'b.weight', shape: [2, 2], values: () => Float32Array.of(1, 2, 3, 4) },
  { name: 'c', shape: [1], values: () => Float32Array.of(-8) },
];

let folders = 0;
function write(options: Partial<WriteOptions> = {}): string {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(folder);
  writeCheckpoint(folder, tensors, { type: 'F32', files: 1, ...options });
  return folder;
}

function readAll(folder: string) {
  using checkpoint = Checkpoint.open(folder);
  return [checkpoint.read('a', [7]), checkpoint.read('b.weight', [2, 2]), checkpoint.read('c', [1])];
}

test.each(FLOAT_TYPES.flatMap((type) => [1, 2, 3].map((files) => ({ type, files }))))(
  '$type in $files files is read as it was written',
  ({ type, files }) => {
    expect(readAll(write({ type, files }))).toEqual(tensors.map(({ values }) => values()));
  },
);

test('bfloat16 rounds to the nearest number with ties to even, and is widened exactly', () => {
  const folder = write({ type: 'BF16' });
  const values = Float32Array.of(1.00390625, 1.01171875, 1.004, 3.3895313892515355e38);
  writeCheckpoint(folder, [{ name: 'a', shape: [4], values: () => values }], { type: 'BF16', files: 1 });
  using checkpoint = Checkpoint.open(folder);
  expect(checkpoint.read('a', [4])).toEqual(Float32Array.of(1, 1.015625, 1.0078125, 3.3895313892515355e38));
});

test('names its files and tensors', () => {
  using single = Checkpoint.open(write());
  expect(single.fileNames).toEqual(['model.safetensors']);
  expect(single.tensorNames).toEqual(['a', 'b.weight', 'c']);
  using sharded = Checkpoint.open(write({ files: 2 }));
  expect(sharded.fileNames).toEqual([
    'model.safetensors.index.json',
    'model-00001-of-00002.safetensors',
    'model-00002-of-00002.safetensors',
  ]);
});

test.each([
  {
    given: 'an unknown name',
    name: 'd',
    shape: [1],
    want: 'Expected a tensor d [1], the checkpoint has none of this name',
  },
  { given: 'another shape', name: 'b.weight', shape: [4], want: 'b.weight: expected the shape [4], got [2, 2]' },
  { given: 'a turned shape', name: 'a', shape: [1, 7], want: 'a: expected the shape [1, 7], got [7]' },
])('$given is refused', ({ name, shape, want }) => {
  using checkpoint = Checkpoint.open(write());
  expect(() => checkpoint.read(name, shape)).toThrow(want);
});

test('a tensor of whole numbers is refused', () => {
  const folder = write();
  const path = join(folder, 'model.safetensors');
  // Of the same length in the file, so that only the type differs.
  writeFileSync(path, readFileSync(path).toString('latin1').replace('"F32"', '"I32"'), 'latin1');
  using checkpoint = Checkpoint.open(folder);
  expect(() => checkpoint.read('a', [7])).toThrow('Tensor a: expected F32, F16, BF16, got I32.');
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s among the numbers is refused', (wrong) => {
  const folder = write();
  const values = () => Float32Array.of(1, wrong);
  writeCheckpoint(folder, [{ name: 'a', shape: [2], values }], { type: 'F32', files: 1 });
  using checkpoint = Checkpoint.open(folder);
  expect(() => checkpoint.read('a', [2])).toThrow(`Tensor a: expected finite numbers, got ${wrong} at place 1.`);
});

test.each<{ given: string; spoil: (folder: string) => void; want: string }>([
  {
    given: 'a folder without weights',
    spoil: (folder) => rmSync(join(folder, 'model.safetensors.index.json')),
    want: 'Expected model.safetensors or model.safetensors.index.json in the folder, found neither',
  },
  {
    given: 'a missing shard',
    spoil: (folder) => rmSync(join(folder, 'model-00002-of-00002.safetensors')),
    want: 'Expected a readable file model-00002-of-00002.safetensors in the folder, got ENOENT',
  },
  {
    given: 'a truncated shard',
    spoil: (folder) => truncateSync(join(folder, 'model-00002-of-00002.safetensors'), 80),
    want: 'model-00002-of-00002.safetensors is no complete safetensors file',
  },
  {
    given: 'an index that is no JSON',
    spoil: (folder) => writeFileSync(join(folder, 'model.safetensors.index.json'), '{'),
    want: 'model.safetensors.index.json: expected a JSON object with a weight_map',
  },
  {
    given: 'an index without a map',
    spoil: (folder) => writeFileSync(join(folder, 'model.safetensors.index.json'), '{"metadata": {}}'),
    want: 'model.safetensors.index.json: expected a JSON object with a weight_map',
  },
  {
    given: 'an index that names the wrong shard',
    spoil: (folder) => replaceInIndex(folder, '"c": "model-00002', '"c": "model-00001'),
    want: 'expected tensor c in model-00001-of-00002.safetensors, it is not there',
  },
  {
    given: 'an index that points out of the folder',
    spoil: (folder) => replaceInIndex(folder, '"c": "model', '"c": "../model'),
    want: 'expected the name of a file beside it for tensor c, got "../model-00002-of-00002.safetensors"',
  },
])('$given is refused', ({ spoil, want }) => {
  const folder = write({ files: 2 });
  spoil(folder);
  expect(() => Checkpoint.open(folder)).toThrow(want);
  expect(() => Checkpoint.open(folder)).not.toThrow(root);
});

function replaceInIndex(folder: string, before: string, after: string): void {
  const path = join(folder, 'model.safetensors.index.json');
  const text = readFileSync(path, 'utf8');
  if (!text.includes(before)) throw new Error(`the index lacks ${before}`);
  writeFileSync(path, text.replace(before, after));
}
