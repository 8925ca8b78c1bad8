// Shows adopt from outside: what it writes and prints, and how a mistake ends, with an earlier file left as it was.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMain } from '../../test/run-main.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { developmentModels } from '../development-model.ts';
import { decodeModel } from '../onnx/wire-format.ts';

const folder = temporaryFolder('adopt');
const source = join(folder, 'converted.onnx');
const out = join(folder, 'hear-events.onnx');
writeFileSync(source, developmentModels['hear-events']?.() ?? '');
const all = ['--algorithm', 'hear-events', '--display-name', 'HeAR event detector, small', '--out', out];

test('writes a model that says what it is and of what it was made', async () => {
  const { code, stdout, stderr } = await runMain('adopt', source, ...all, '--model-version', '2');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(/hear-events\.onnx {2}\d+ bytes\nsha256 [0-9a-f]{64}\n/);
  expect(stdout).toContain(`npm start -- --model hear-events=${out}`);
  const facts = Object.fromEntries(decodeModel(readFileSync(out)).metadataProps.map(({ key, value }) => [key, value]));
  expect(facts).toMatchObject({
    algorithm: 'hear-events',
    display_name: 'HeAR event detector, small',
    version: '2',
    development: 'false',
    sources_sha256: expect.stringMatching(/^[0-9a-f]{64} {2}converted\.onnx$/),
  });
});

test.each([
  { given: 'no file', args: ['no-such.onnx', ...all], want: 'reading no-such.onnx gave ENOENT' },
  {
    given: 'a model of another algorithm',
    args: [source, ...all, '--algorithm', 'hear'],
    want: 'Expected an output [1,512]',
  },
  { given: 'an unknown algorithm', args: [source, ...all, '--algorithm', 'nope'], want: 'Allowed choices are hear' },
  {
    given: 'no algorithm',
    args: [source, '--display-name', 'x', '--out', out],
    want: "'--algorithm <name>' not specified",
  },
  {
    given: 'an empty name',
    args: [source, ...all, '--display-name', ' '],
    want: '--display-name: expected 1 to 128 characters',
  },
  {
    given: 'a version that is none',
    args: [source, ...all, '--model-version', '1.2'],
    want: '--model-version: expected a whole number',
  },
])('$given is refused, and an earlier model stays', async ({ args, want }) => {
  writeFileSync(out, 'earlier');
  const { code, stderr } = await runMain('adopt', ...args);
  expect(stderr).toContain(want);
  expect(stderr).not.toContain(folder);
  expect(code).toBe(1);
  expect(readFileSync(out, 'utf8')).toBe('earlier');
});
