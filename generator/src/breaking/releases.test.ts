import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf, specWith } from '../../test/support/spec-with.ts';
import { type CompiledAlgorithm, compile } from '../compile.ts';
import { stringifyJson } from '../json.ts';
import { addReleases, compareWithRelease, isRefused, releasesFolderOf } from './releases.ts';

const FACTS = 'algorithms/tone/algorithm.yaml';
const PARAMETERS = 'algorithms/tone/parameters.yaml';

const facts = (version: string): Record<string, string> => ({
  [FACTS]: `name: tone\ntitle: Tone\noperationSuffix: Tone\nversion: ${version}\nsummary: S\ndescription: D\n`,
});
/** Takes the parameter `label` away, which breaks clients. */
const withoutLabel = {
  [PARAMETERS]:
    'title: ToneParameters\ndescription: Settings.\ntype: object\nadditionalProperties: false\nnullable: true\nproperties: {}\n',
};

const contractOf = (files: Record<string, string>): CompiledAlgorithm => compile(specWith(files), 'tone');
const release = (folder: string, algorithm: CompiledAlgorithm): string[] =>
  addReleases(folder, [algorithm], new Map([['tone', stringifyJson(algorithm.document)]]));

test('without a release there is nothing to compare with', () => {
  const comparison = compareWithRelease(releasesFolderOf(specWith()), contractOf({}));
  expect(comparison).toMatchObject({ baseVersion: undefined, changes: [] });
  expect(isRefused(comparison)).toBe(false);
});

test('the newest release is the base, whatever the order of the file names', () => {
  const folder = releasesFolderOf(specWith());
  for (const version of ['1.9.0', '1.10.0']) {
    release(folder, contractOf(facts(version)));
  }
  expect(compareWithRelease(folder, contractOf(facts('1.10.1'))).baseVersion).toBe('1.10.0');
});

test.each([
  { base: '1.2.0', next: '1.3.0', want: true },
  { base: '1.2.0', next: '2.0.0', want: false },
  { base: '0.1.0', next: '0.1.1', want: true },
  { base: '0.1.0', next: '0.2.0', want: false },
])('a breaking change from $base to $next is refused: $want', async ({ base, next, want }) => {
  const folder = releasesFolderOf(specWith());
  release(folder, contractOf(facts(base)));
  const broken = contractOf({ ...facts(next), ...withoutLabel });
  const comparison = compareWithRelease(folder, broken);
  expect(comparison.changes.map(({ rule, place }) => `${rule} ${place}`)).toEqual([
    'property-removed ToneParameters.label',
  ]);
  expect(isRefused(comparison)).toBe(want);
  const problems = await problemsOf(() => release(folder, broken));
  expect(problems).toEqual(
    want
      ? [
          `release tone ${next} breaks clients of ${base}; raise the ${base.startsWith('0.') ? 'minor' : 'major'} version in its algorithm.yaml`,
        ]
      : [],
  );
});

test('a released version is never overwritten with other content', async () => {
  const folder = releasesFolderOf(specWith());
  const first = contractOf(facts('1.0.0'));
  expect(release(folder, first)).toEqual([join(folder, 'tone', '1.0.0.json')]);
  expect(release(folder, first)).toEqual([]);
  const text = readFileSync(join(folder, 'tone', '1.0.0.json'), 'utf8');
  const changed = contractOf({
    ...facts('1.0.0'),
    'algorithms/tone/prediction.yaml': 'title: TonePrediction\ntype: object\n',
  });
  expect(await problemsOf(() => release(folder, changed))).toEqual([
    'release tone 1.0.0 is released with other content; raise the version in its algorithm.yaml',
  ]);
  expect(readFileSync(join(folder, 'tone', '1.0.0.json'), 'utf8')).toBe(text);
});

test('a version older than the newest release is refused', async () => {
  const folder = releasesFolderOf(specWith());
  release(folder, contractOf(facts('1.1.0')));
  const problems = await problemsOf(() => release(folder, contractOf(facts('1.0.0'))));
  expect(problems).toEqual([
    'release tone 1.0.0 is older than the released 1.1.0; raise the version in its algorithm.yaml',
  ]);
  expect(readdirSync(join(folder, 'tone'))).toEqual(['1.1.0.json']);
});
