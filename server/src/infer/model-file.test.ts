// Owns the checks of the ONNX file reader, on files that the tests write.
import { createHash } from 'node:crypto';
import { renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModelFacts } from './model-file.ts';
import { ModelFileError } from './model-file-error.ts';
import { requireUnchanged } from './model-stamp.ts';
import { temporaryFolder } from './test-support/temporary-folder.ts';
import { tinyModel } from './test-support/tiny-model.ts';

const write = temporaryFolder();

test('hash, size, producer and metadata are read, the graph is skipped', async () => {
  const metadata = { 'model.version': '3', license: 'Apache-2.0', leer: '', unicode: 'Größe 音' };
  // The graph is much longer than any buffer of the reader.
  const bytes = tinyModel({ inputLength: 2000, outputLength: 40, metadata });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { stamp, ...facts } = await readModelFacts(write('good.onnx', bytes));
  expect(stamp.paths.map((path) => basename(path))).toEqual(['good.onnx']);
  expect(facts).toEqual({ sha256, bytes: bytes.length, dataBytes: 0, producer: 'tiny-model', metadata });
  expect(bytes.length).toBeGreaterThan(320_000);
});

test('a model without metadata has none', async () => {
  const facts = await readModelFacts(write('plain.onnx', tinyModel({ inputLength: 1, outputLength: 1 })));
  expect(facts.metadata).toEqual({});
});

const good = tinyModel({ inputLength: 8, outputLength: 4, metadata: { key: 'value' } });

test.each([
  { given: 'an empty file', content: '', want: 'it holds no graph' },
  {
    given: 'lines of text',
    content: 'root:x:0:0:root:/root:/bin/bash\n'.repeat(9),
    want: 'its content is not that of one',
  },
  { given: 'a text', content: 'Not a model at all, but a text.', want: 'is none' },
  { given: 'JSON', content: '{"model": 1}', want: 'is none' },
  { given: 'a cut-off file', content: good.subarray(0, good.length - 3), want: 'cut off at byte' },
  { given: 'a cut-off number', content: Uint8Array.of(8, 0x80, 0x80), want: 'is none' },
  { given: 'a message without a graph', content: Uint8Array.of(8, 8, 18, 1, 65), want: 'it holds no graph' },
  { given: 'a producer of 2 GB', content: Uint8Array.of(18, 0xff, 0xff, 0xff, 0xff, 0x07), want: 'cut off' },
])('$given is refused: $want', async ({ given, content, want }) => {
  const name = `${given.replaceAll(' ', '-')}.onnx`;
  const path = write(name, content);
  const error = await readModelFacts(path).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ModelFileError);
  expect(String(error)).toContain(want);
  expect(String(error)).toContain(`Expected an ONNX model, ${name}`);
  expect(String(error)).not.toContain(path);
});

test('a file that is not there is named without its folder', async () => {
  const path = '/no/such/folder/model.onnx';
  await expect(readModelFacts(path)).rejects.toThrow('Expected a readable model file, model.onnx gave ENOENT.');
  await expect(readModelFacts(path)).rejects.toBeInstanceOf(ModelFileError);
});

test('a folder is no model file', async () => {
  await expect(readModelFacts('/')).rejects.toBeInstanceOf(ModelFileError);
});

describe('external data', () => {
  const graph = (...locations: string[]) => tinyModel({ inputLength: 2, outputLength: 2, externalData: locations });

  test('is part of the hash, the size and the stamp', async () => {
    const path = write('outside.onnx', graph('b.data', 'a.data', 'b.data'));
    write('a.data', 'aa');
    const b = write('b.data', 'bbb');
    const before = await readModelFacts(path);
    expect(before.stamp.paths.map((part) => basename(part))).toEqual(['outside.onnx', 'a.data', 'b.data']);
    expect(before.bytes).toBe(graph('b.data', 'a.data', 'b.data').length + 5);
    expect(before.dataBytes).toBe(5);
    write('b.data', 'BBB');
    const after = await readModelFacts(path);
    expect(after.sha256).not.toBe(before.sha256);
    await expect(requireUnchanged(after.stamp)).resolves.toBeUndefined();
    rmSync(b);
    await expect(requireUnchanged(after.stamp)).rejects.toThrow('The files of model outside.onnx were replaced');
  });

  test('that is not the one which the model states is refused', async () => {
    const sha256 = createHash('sha256').update('weights').digest('hex');
    const metadata = { data_sha256: sha256 };
    const path = write(
      'stated.onnx',
      tinyModel({ inputLength: 2, outputLength: 2, externalData: ['stated.data'], metadata }),
    );
    write('stated.data', 'weights');
    await expect(readModelFacts(path)).resolves.toMatchObject({ metadata });
    write('stated.data', 'Weights');
    const error = await readModelFacts(path).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ModelFileError);
    expect(String(error)).toContain("stated.data is damaged or another's: its SHA-256 is not the one");
    expect(String(error)).not.toContain(path);
  });

  test('that is missing is named', async () => {
    const path = write('alone.onnx', graph('gone.data'));
    await expect(readModelFacts(path)).rejects.toThrow('Expected a readable model file, gone.data gave ENOENT.');
  });
});

test('a model that is replaced by one of equal size and time is another', async () => {
  const path = write('same.onnx', good);
  const { stamp } = await readModelFacts(path);
  const { atime, mtime } = statSync(path);
  const next = write('next.onnx', good);
  utimesSync(next, atime, mtime);
  renameSync(next, path);
  await expect(requireUnchanged(stamp)).rejects.toBeInstanceOf(ModelFileError);
});
