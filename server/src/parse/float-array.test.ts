// Owns what is read of lists that the fast scan gives up at; the scan's own proof stands beside it.
import { expect, test } from 'vitest';
import { cursorOf } from './cursor.ts';
import { readFloatArray } from './float-array.ts';

const shape = { kind: 'float-array', minItems: 0, maxItems: 4 } as const;

function read(text: string) {
  const cursor = cursorOf(Buffer.from(`${text},`));
  const result = readFloatArray(cursor, shape, 'row');
  return { result, rest: cursor.bytes.toString('utf8', cursor.at) };
}

test.each([
  { name: 'a number of 70000 digits', given: `[1,0.${'3'.repeat(70_000)},-2]`, want: [1, 1 / 3, -2] },
  { name: 'white space of 70000 bytes', given: `[1,${' '.repeat(70_000)}2${'\n'.repeat(70_000)},3]`, want: [1, 2, 3] },
  { name: 'an empty list with white space', given: `[${' '.repeat(70_000)}]`, want: [] },
])('reads $name', ({ given, want }) => {
  expect(read(given)).toEqual({ result: { ok: true, value: Float32Array.from(want) }, rest: ',' });
});

test.each([
  { given: `[1,${'3'.repeat(70_000)},null]`, problem: { reason: 'INVALID_TYPE', path: 'row[2]' } },
  { given: `[1,${'3'.repeat(70_000)},2]`, problem: { reason: 'NOT_FINITE', path: 'row[1]' } },
  { given: `[1,2,3,4,${' '.repeat(70_000)}5]`, problem: { reason: 'INVALID_LENGTH', path: 'row' } },
])('finds what is wrong behind the place where the scan gave up ($problem)', ({ given, problem }) => {
  expect(read(given)).toMatchObject({ result: { ok: false, problem }, rest: ',' });
});
