// Owns the proof that forms are read as RFC 7578 has them, byte for byte, and that one of another form is told what was expected.
import { expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { type FormFile, readFormFiles } from './form-files.ts';

const TYPE = 'multipart/form-data; boundary=b1';

const part = (name: string, content: string, file = '; filename="a.wav"') =>
  `--b1\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
const form = (...parts: string[]) => Buffer.from(`${parts.join('')}--b1--\r\n`, 'latin1');

function shown(file: FormFile): string {
  return file === 'text' ? 'text' : Buffer.from(file).toString('latin1');
}

test.each([
  { name: 'one file', given: form(part('files', 'RIFF')), want: ['RIFF'] },
  { name: 'several, in their order', given: form(part('files', 'b'), part('files', 'a')), want: ['b', 'a'] },
  {
    name: 'bytes that look like text, lines and boundaries',
    given: form(part('files', '\r\n--b\r\n\x00\xff--b2--')),
    want: ['\r\n--b\r\n\x00\xff--b2--'],
  },
  { name: 'an empty file', given: form(part('files', '')), want: [''] },
  { name: 'a part without a file name', given: form(part('files', 'a', ''), part('files', 'b')), want: ['text', 'b'] },
])('$name', ({ given, want }) => {
  expect(readFormFiles(given, TYPE, 3).map(shown)).toEqual(want);
});

test('files made by the platform’s own form are read', async () => {
  const data = new FormData();
  const bytes = Uint8Array.from({ length: 5_000 }, (_, index) => index % 256);
  data.append('files', new Blob([bytes]), 'with "quotes" and ümlaut.wav');
  const request = new Response(data);
  const body = new Uint8Array(await request.arrayBuffer());
  expect(readFormFiles(body, request.headers.get('content-type') ?? '', 3)).toEqual([bytes]);
});

function refusal(body: Buffer, type = TYPE): { reason: string; message: string } {
  try {
    readFormFiles(body, type, 3);
  } catch (error) {
    if (error instanceof RequestError) return { reason: error.reason, message: error.message };
    throw error;
  }
  throw new Error('The form was taken.');
}

test.each([
  {
    name: 'nothing',
    given: Buffer.alloc(0),
    reason: 'EMPTY_INSTANCES',
    message: 'files: expected at least 1 file, each',
  },
  { name: 'no part', given: form(), reason: 'EMPTY_INSTANCES', message: 'files: expected at least 1 file, each' },
  {
    name: 'other text',
    given: Buffer.from('abc and no form'),
    reason: 'INVALID_VALUE',
    message: 'body: expected a whole',
  },
  {
    name: 'a form that is cut off',
    given: form(part('files', 'abc')).subarray(0, -8),
    reason: 'INVALID_VALUE',
    message: 'body: expected a whole',
  },
  {
    name: 'one file too many',
    given: form(...Array.from({ length: 4 }, () => part('files', 'a'))),
    reason: 'TOO_MANY_INSTANCES',
    message: 'files: expected at most 3 files in one call, got more',
  },
  {
    name: 'another field',
    given: form(part('files', 'a'), part('File', 'b')),
    reason: 'UNKNOWN_FIELD',
    message: 'File: expected only files, got the unknown field "File"',
  },
  {
    name: 'a field whose name is nearly right',
    given: form(part('FILES', 'a')),
    reason: 'EMPTY_INSTANCES',
    message: 'files: expected at least 1 file',
  },
])('$name is refused', ({ given, reason, message }) => {
  const refused = refusal(given);
  expect(refused.reason).toBe(reason);
  expect(refused.message).toContain(message);
});

test('a form without its boundary is refused by its header', () => {
  expect(refusal(form(part('files', 'a')), 'multipart/form-data')).toMatchObject({ reason: 'INVALID_VALUE' });
});

test('a million empty parts are not read', () => {
  const many = Buffer.from(part('files', '').repeat(500_000), 'latin1');
  const startedAtMs = process.cpuUsage().user;
  expect(refusal(many).reason).toBe('TOO_MANY_INSTANCES');
  // Reading them all takes seconds of processor time.
  expect((process.cpuUsage().user - startedAtMs) / 1000).toBeLessThan(1_000);
});
