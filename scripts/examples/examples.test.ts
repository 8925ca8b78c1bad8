// Owns the proof that every example in the contract is a real answer of the real server.
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile, type JsonValue } from '../../generator/src/index.ts';
import { replay } from './replay.ts';
import { type Setup, type States, startStates } from './states.ts';

/** Processors differ in the last bits of a sum; an embedding's numbers are around 0.2. */
const TOLERANCE = 1e-4;

describe.each(algorithmNames)('examples of %s', (name) => {
  const { document, examples, facts } = compile('spec', name);
  let states: States;
  beforeAll(async () => {
    states = await startStates(name);
  });
  afterAll(() => states.close());

  test.each(examples.map((example) => [`${example.operation}: ${example.summary}`, example] as const))(
    '%s',
    async (_title, example) => {
      // The setup's form is this folder's own.
      const { url } = await states.service((example.setup ?? {}) as Setup);
      const answer = await replay(example, document, facts.operationSuffix, url);
      expect(
        differences(example.answer ?? null, answer),
        'run `npm run examples` if the new answer is the right one',
      ).toEqual([]);
    },
  );
});

/** Where two JSON values differ by more than rounding, with both values. */
function differences(want: unknown, got: unknown, path = '$'): string[] {
  if (typeof want === 'number' && typeof got === 'number') {
    return Math.abs(want - got) <= TOLERANCE ? [] : [`${path}: ${want} ≠ ${got}`];
  }
  if (isContainer(want) && isContainer(got)) {
    return [...new Set([...Object.keys(want), ...Object.keys(got)])].flatMap((key) =>
      differences(want[key], got[key], `${path}.${key}`),
    );
  }
  return want === got ? [] : [`${path}: ${JSON.stringify(want)} ≠ ${JSON.stringify(got)}`];
}

function isContainer(value: unknown): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null;
}
