import { expect, test } from 'vitest';
import { problemsOf } from '../../test/support/spec-with.ts';
import { isObject } from '../json.ts';
import { parseYaml } from './parse-yaml.ts';
import { positionOf } from './position.ts';

test('every object, list and key knows where it was written', () => {
  const value = parseYaml('a:\n  - { b: 1 }\n  - 2\n', 'spec/x.yaml');
  if (!isObject(value) || !Array.isArray(value['a'])) {
    throw new Error('expected an object with a list');
  }
  expect(value).toEqual({ a: [{ b: 1 }, 2] });
  expect(positionOf(value, 'a')).toEqual({ file: 'spec/x.yaml', line: 1, column: 1 });
  expect(positionOf(value['a'], 1)).toEqual({ file: 'spec/x.yaml', line: 3, column: 5 });
  expect(positionOf(value['a'][0] as object, 'b')).toEqual({ file: 'spec/x.yaml', line: 2, column: 7 });
});

test.each([
  { name: 'a key twice', given: 'a: 1\nb: 2\na: 3\n', want: 'spec/x.yaml:3:1 yaml' },
  { name: 'a syntax error', given: 'a: [1,\n', want: 'spec/x.yaml:2:1 yaml' },
  { name: 'an alias', given: 'a: &x 1\nb: *x\n', want: 'spec/x.yaml:2:4 yaml' },
])('refuses $name with its place', async ({ given, want }) => {
  const problems = await problemsOf(() => parseYaml(given, 'spec/x.yaml'));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(want);
});
