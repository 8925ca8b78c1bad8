// The contract of this repository: it may not break clients of its newest release unless its version says so.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatChange } from '../src/breaking/change.ts';
import { compareWithRelease, releasesFolderOf } from '../src/breaking/releases.ts';
import { compile } from '../src/compile.ts';
import { readAlgorithms, SourceTree } from '../src/index.ts';

const SPEC = join(import.meta.dirname, '../../spec');

describe.each(readAlgorithms(new SourceTree(SPEC)).map(({ name }) => ({ name })))('$name', ({ name }) => {
  test('breaks no client of its newest release, or says so by its version', () => {
    // Examples are no promise to clients, so that missing answers do not matter here.
    const algorithm = compile(SPEC, name, { allowMissingAnswers: true });
    const { changes, isAccepted, baseVersion } = compareWithRelease(releasesFolderOf(SPEC), algorithm);
    const breaking = changes.filter(({ isBreaking }) => isBreaking).map(formatChange);
    expect(isAccepted ? [] : breaking, `against ${baseVersion}`).toEqual([]);
  });
});
