import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { specWith } from '../test/support/spec-with.ts';
import { specHash } from './spec-hash.ts';

const EXAMPLE = 'algorithms/tone/examples/four-samples.yaml';
const files = {
  [EXAMPLE]: 'body: { $fixture: tone/a.wav }\n',
  '../fixtures/tone/a.wav': 'a',
  '../fixtures/tone/b.wav': 'b',
};

test('the hash does not depend on where the spec lies', () => {
  expect(specHash(specWith(files))).toBe(specHash(specWith(files)));
});

test.each([
  { changed: 'openapi.yaml', want: true },
  { changed: 'algorithms/tone/examples/answers/four-samples.predict.json', want: true },
  { changed: '../fixtures/tone/a.wav', want: true },
  { changed: '../fixtures/tone/b.wav', want: false },
  { changed: 'README.md', want: false },
])('another $changed is another hash: $want', ({ changed, want }) => {
  const spec = specWith(files);
  const before = specHash(spec);
  writeFileSync(join(spec, changed), 'changed');
  expect(specHash(spec) !== before).toBe(want);
});
