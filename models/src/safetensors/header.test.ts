// Shows that a header is believed only when it fits its file: each fault is named with what was expected and what came.
import { describe, expect, test } from 'vitest';
import { headerLength, LENGTH_BYTES, readHeader } from './header.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const FILE = '/somewhere/model.safetensors';

describe('the length', () => {
  const lengthOf = (length: bigint) => new Uint8Array(BigUint64Array.of(length).buffer);

  test('is read little-endian', () => {
    expect(headerLength(FILE, lengthOf(300n), 400)).toBe(300);
  });

  test.each([
    { given: 'an empty file', start: new Uint8Array(0), want: 'expected at least 8 bytes, got 0 bytes' },
    { given: 'a file of 5 bytes', start: new Uint8Array(5), want: 'expected at least 8 bytes, got 5 bytes' },
    { given: 'no header', start: lengthOf(0n), want: 'expected a header of 2 to 92 bytes, got a length of 0' },
    {
      given: 'one byte too much',
      start: lengthOf(93n),
      want: 'expected a header of 2 to 92 bytes, got a length of 93',
    },
    { given: 'the largest number', start: lengthOf(2n ** 64n - 1n), want: 'got a length of 18446744073709551615' },
    { given: 'a web page', start: bytesOf('<!DOCTYP'), want: 'expected a header of 2 to 92 bytes, got a text' },
    {
      given: 'a pointer of git-lfs',
      start: bytesOf('version '),
      want: 'got the pointer that git leaves in its place. Run `git lfs pull` in that folder.',
    },
  ])('$given is refused', ({ start, want }) => {
    expect(() => headerLength(FILE, start, 100)).toThrow(want);
    expect(() => headerLength(FILE, start, 100)).not.toThrow('somewhere');
  });

  test('has the limit of the reference reader', () => {
    expect(() => headerLength(FILE, lengthOf(100_000_001n), 2 ** 40)).toThrow('a header of 2 to 100000000 bytes');
  });
});

const good = {
  __metadata__: { format: 'pt' },
  second: { dtype: 'BF16', shape: [3], data_offsets: [24, 30] },
  first: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
};

/** Reads a header of this text in a file that has `dataBytes` behind it. */
function read(header: string, dataBytes: number) {
  const bytes = bytesOf(header);
  return readHeader(FILE, bytes, LENGTH_BYTES + bytes.byteLength + dataBytes);
}

test('places are counted from the start of the file, in whatever order they are listed', () => {
  const text = JSON.stringify(good);
  const start = LENGTH_BYTES + text.length;
  expect([...read(text, 30)]).toEqual([
    ['second', { elementType: 'BF16', shape: [3], offset: start + 24, bytes: 6 }],
    ['first', { elementType: 'F32', shape: [2, 3], offset: start, bytes: 24 }],
  ]);
});

test('spaces that fill the header up, tensors without numbers and single numbers are fine', () => {
  const header = {
    none: { dtype: 'F32', shape: [0, 4], data_offsets: [0, 0] },
    one: { dtype: 'F32', shape: [], data_offsets: [0, 4] },
  };
  expect(read(`${JSON.stringify(header)}     `, 4).get('one')).toMatchObject({ shape: [], bytes: 4 });
});

test.each([
  { given: 'no JSON', header: '{"first": ', want: 'expected a JSON object as header' },
  { given: 'a JSON list', header: '[1]', want: 'expected a JSON object as header' },
  { given: 'a missing shape', header: { a: { dtype: 'F32', data_offsets: [0, 4] } }, want: 'of tensor a, got shape' },
  {
    given: 'an unknown type',
    header: { a: { dtype: 'F31', shape: [1], data_offsets: [0, 4] } },
    want: 'of tensor a, got dtype',
  },
  {
    given: 'a shape below 0',
    header: { a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } },
    want: 'of tensor a, got shape.0',
  },
  {
    given: 'a shape that is not whole',
    header: { a: { dtype: 'F32', shape: [0.5], data_offsets: [0, 2] } },
    want: 'of tensor a, got shape.0',
  },
  {
    given: 'bytes that are not those of the shape',
    header: { a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 20] } },
    want: 'expected 24 bytes for tensor a (F32 [2, 3]), got 20',
  },
  {
    given: 'offsets the wrong way round',
    header: { a: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } },
    want: 'expected 4 bytes for tensor a (F32 [1]), got -4',
  },
  {
    given: 'tensors that overlap',
    header: {
      a: { dtype: 'U8', shape: [20], data_offsets: [0, 20] },
      b: { dtype: 'U8', shape: [20], data_offsets: [10, 30] },
    },
    want: /expected tensor b at byte \d+, where the one before it ends, got byte \d+/,
  },
  {
    given: 'a gap',
    header: {
      a: { dtype: 'U8', shape: [10], data_offsets: [0, 10] },
      b: { dtype: 'U8', shape: [10], data_offsets: [20, 30] },
    },
    want: /expected tensor b at byte/,
  },
  {
    given: 'a product of sizes beyond all files',
    header: { a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 30] } },
    want: 'for tensor a',
  },
])('$given is refused', ({ header, want }) => {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  expect(() => read(text, 30)).toThrow(want);
  expect(() => read(text, 30)).toThrow('model.safetensors is no complete safetensors file');
});

test.each([
  { given: 'a truncated file', dataBytes: 29 },
  { given: 'a file with more behind it', dataBytes: 31 },
])('$given is refused with both sizes', ({ dataBytes }) => {
  const start = LENGTH_BYTES + JSON.stringify(good).length;
  expect(() => read(JSON.stringify(good), dataBytes)).toThrow(
    `expected ${start + 30} bytes, as the header says, got ${start + dataBytes} bytes`,
  );
});
