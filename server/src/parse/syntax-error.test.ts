// Owns the proof that the grammar is JSON's, no wider and no narrower, and the help for what people send instead of JSON.
import { expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { cursorOf } from './cursor.ts';
import { readRequest } from './read-request.ts';
import { skipValue } from './skip.ts';
import { seededRandom, smallShape } from './small-shape.fixture.ts';

function errorOf(body: string | Uint8Array): RequestError | undefined {
  try {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    readRequest(bytes, smallShape, { maxInstances: 4 });
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  return undefined;
}

test.each([
  { given: '', says: /^The body is empty/ },
  { given: ' \n', says: /^The body is empty/ },
  {
    given: '{"instances": [',
    says: /byte 15 \(line 1, column 16\), got the end of the body. The body seems to be cut off/,
  },
  { given: '{"instances": ["', says: /expected '"' behind the string at byte 16/ },
  { given: '{"instances": [{"clip": "AAEC', says: /expected '"' behind the string at byte 29 / },
  { given: '{\n "é😀": 1,\n "é": x}', says: /at byte 23 \(line 3, column 7\), got 'x'/ },
  { given: '{"instances": [{"samples": [1, NaN, 3]}]}', says: /got 'N'. NaN and Infinity are not JSON/ },
  { given: '{"instances": [{"samples": [1, -Infinity, 3]}]}', says: /got 'I'. NaN and Infinity are not JSON/ },
  { given: '{"instances": [{"samples": [1, 2, 3,]}]}', says: /got '\]'. Remove the comma/ },
  { given: '{"instances": [1], }', says: /expected a field name in double quotes .* got '}'. Remove the comma/ },
  { given: "{'instances': [1]}", says: /got a single quote. JSON takes double quotes only/ },
  { given: '{instances: [1]}', says: /expected a field name in double quotes/ },
  { given: '{"instances": [1] // one\n}', says: /JSON has no comments/ },
  { given: '{"instances": [1, None]}', says: /Write null, true or false/ },
  { given: '\ufeff{"instances": [1]}', says: /without a byte order mark/ },
  { given: '{"instances": [1]}{', says: /expected nothing behind the JSON value .* got '{'/ },
  { given: '[1] 2', says: /expected nothing behind the JSON value/ },
  { given: '{"instances": [+1]}', says: /JSON numbers begin with a digit or a minus sign/ },
  { given: '{"instances": [.5]}', says: /JSON numbers begin with a digit or a minus sign/ },
  { given: '{"instances": [{"samples": [5., 1, 2]}]}', says: /expected a digit of a number/ },
  { given: '{"instances": [{"samples": [05, 1, 2]}]}', says: /expected no digit behind a leading zero/ },
  { given: '{"instances": [1e]}', says: /expected a digit of a number/ },
  { given: '{"instances": ["a\nb"]}', says: /control characters in strings to be escaped .* got a line break/ },
  {
    given: '{"instances": [{"clip": "AA\nA"}]}',
    says: /control characters in strings to be escaped .* got a line break/,
  },
  { given: '{"instances": ["\\x41"]}', says: /expected one of the escapes/ },
  { given: '{"instances": ["\\u12G4"]}', says: /expected one of the escapes/ },
  { given: '{"instances" [1]}', says: /expected ':' behind the field name/ },
  { given: '{"instances": [1 2]}', says: /expected ',' or '\]' in the list .* got '2'/ },
  { given: '{"instances": [1] "x": 2}', says: /expected ',' or '}' in the object/ },
  { given: '{\0"\0', says: /got byte 0x00. This looks like UTF-16/ },
  { given: '{"instances": [é]}', says: /got a character outside ASCII/ },
])('explains $given', ({ given, says }) => {
  const error = errorOf(given);
  expect(error?.reason).toBe('INVALID_JSON');
  expect(error?.message).toMatch(says);
});

test.each([
  { given: Uint8Array.of(0x7b, 0x22, 0xc3, 0x28), byteOffset: '2' },
  { given: Uint8Array.of(0x22, 0xef, 0xbf, 0xbd, 0xff, 0x22), byteOffset: '4' },
  { given: Uint8Array.of(0x22, 0xe2, 0x82), byteOffset: '1' },
])('finds the first byte that is not UTF-8', ({ given, byteOffset }) => {
  expect(errorOf(given)).toMatchObject({ reason: 'INVALID_UTF8', facts: { metadata: { byteOffset } } });
});

test.each([
  { given: '{"instances": 1, "x": '.padEnd(100_000, '['), want: 'NESTING_TOO_DEEP' },
  { given: '{"instances": [{"samples": '.padEnd(100_000, '{"a":'), want: 'NESTING_TOO_DEEP' },
  { given: '['.repeat(100_000), want: 'NESTING_TOO_DEEP' },
  { given: `${'['.repeat(65)}${']'.repeat(65)}`, want: 'NESTING_TOO_DEEP' },
  { given: `${'['.repeat(64)}${']'.repeat(64)}`, want: 'INVALID_TYPE' },
  { given: `{"instances": [{"samples": [${'['.repeat(60)}${']'.repeat(60)}]}]}`, want: undefined },
  { given: `{"instances": [{"samples": [${'['.repeat(61)}${']'.repeat(61)}]}]}`, want: 'NESTING_TOO_DEEP' },
])('counts nesting without using the stack', ({ given, want }) => {
  expect(errorOf(given)?.reason).toBe(want);
});

test('a list of numbers counts as a level of its own', () => {
  const body = new TextEncoder().encode('{"instances": [{"samples": [1, 2, 3]}]}');
  const depth = (maxDepth: number) => () => readRequest(body, smallShape, { maxInstances: 1, maxDepth });
  expect(depth(4)).not.toThrow();
  expect(depth(3)).toThrow(expect.objectContaining({ reason: 'NESTING_TOO_DEEP' }));
});

const SEEDS = [
  '{"a":[1,-0.5e+10,{"b":[]}],"c":{},"d":"x\\u00e9\\n\\/","e":true}',
  '[false,null,"\\ud800",1E5,0,-0.0,[[],[{}]]]',
  ' [ 10 , 2.50 , "é😀" , { "k" : { "l" : "" } } ] ',
];
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '0',
  '1',
  '.',
  'e',
  '-',
  '+',
  ' ',
  'u',
  'n',
  '\n',
  '\t',
  '/',
  "'",
  'true',
  'é',
  '\u007f',
  '\u001f',
];

test('accepts what JSON.parse accepts, on 60000 damaged texts', () => {
  const random = seededRandom(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T; // the index is in range
  let accepted = 0;
  for (let round = 0; round < 60_000; round += 1) {
    let text = pick(SEEDS);
    for (let damage = Math.floor(random() * 4); damage > 0; damage -= 1) {
      const at = Math.floor(random() * text.length);
      const piece = random() < 0.4 ? '' : pick(PIECES);
      text = text.slice(0, at) + piece + text.slice(at + Math.floor(random() * 3));
    }
    // Cutting may split a pair, which cannot be sent as UTF-8.
    text = text.toWellFormed();
    const verdict = accepts(text);
    accepted += verdict ? 1 : 0;
    if (verdict !== parses(text)) expect.fail(`${verdict ? 'accepted' : 'refused'}: ${text}`);
  }
  expect(accepted / 60_000).toBeGreaterThan(0.2);
  expect(accepted / 60_000).toBeLessThan(0.8);
});

function accepts(text: string): boolean {
  const cursor = cursorOf(Buffer.from(text));
  try {
    skipValue(cursor);
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
  return cursor.depth === 0 && cursor.bytes.subarray(cursor.at).toString().trim() === '';
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
