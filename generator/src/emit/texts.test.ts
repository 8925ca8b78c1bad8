import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { stringifyJson } from '../json.ts';
import { excerptOf } from './excerpt.ts';
import { markdownTable } from './markdown-text.ts';
import { typescriptLiteral } from './typescript-text.ts';
import { yamlText } from './yaml-text.ts';

describe('YAML', () => {
  test('has no anchors, no folded texts and number lists on one line', () => {
    const shared = { a: 1 };
    const text = yamlText({ one: shared, two: shared, long: 'A'.repeat(500), list: [1, 2.5, -3] }, 'Banner.');
    expect(text).toBe(`# Banner.\none:\n  a: 1\ntwo:\n  a: 1\nlong: ${'A'.repeat(500)}\nlist: [ 1, 2.5, -3 ]\n`);
  });

  test('reads back as the same value, also the odd ones', () => {
    const value = {
      '200': 'yes',
      off: null,
      empty: '',
      list: [],
      map: {},
      number: '1e3',
      lines: 'a\nb\n',
      at: '@x',
      small: [4e-7, -1.5e-9, 1e21],
    };
    expect(parse(yamlText(value, 'B'))).toEqual(value);
  });

  test('a YAML 1.1 reader takes nothing for another value', () => {
    const text = yamlText({ word: 'no', small: 4e-7, time: '12:30:45' }, 'B');
    expect(text).toBe('# B\nword: "no"\nsmall: 4.0e-7\ntime: "12:30:45"\n');
  });
});

test('JSON keeps number lists on one line and reads back as the same value', () => {
  const value = { a: [1, 2], b: [{ c: 'x' }], d: [], e: {}, f: null, g: 'ü"\n' };
  const text = stringifyJson(value);
  expect(text.split('\n')).toContain('  "a": [1, 2],');
  expect(JSON.parse(text)).toEqual(value);
});

test.each([
  { given: { a: 'it\'s "x"\n', 'b-c': [1, true, null] }, want: `{ a: 'it\\'s "x"\\n', 'b-c': [1, true, null] }` },
  { given: { a: undefined, b: {} }, want: '{ b: {} }' },
  { given: ['a'.repeat(120)], want: `[\n  '${'a'.repeat(120)}',\n]` },
  { given: '\\', want: "'\\\\'" },
])('TypeScript literal of $given', ({ given, want }) => {
  expect(typescriptLiteral(given)).toBe(want);
});

test.each([
  { given: [1, 2, 3, 4, 5, 6, 7, 8], want: '[1, 2, 3, 4, 5, 6, 7, 8]' },
  { given: [1, 2, 3, 4, 5, 6, 7, 8, 9], want: '[1, 2, 3, 4, … (9 numbers)]' },
  { given: 'x'.repeat(301), want: `"${'x'.repeat(40)}… (301 characters)"` },
  { given: { a: [{ b: 'c' }] }, want: '{\n  "a": [\n    {\n      "b": "c"\n    }\n  ]\n}' },
])('excerpt of $given', ({ given, want }) => {
  expect(excerptOf(given)).toBe(want);
});

test('a table cell may hold a bar and line ends', () => {
  expect(markdownTable(['A'], [['x | y\nz\n']])).toBe('| A |\n| --- |\n| x \\| y z |');
});
