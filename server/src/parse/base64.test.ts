// Owns the examples of what is base64 and what is said about what is not, and the comparison with Buffer's decoder.
import { expect, test } from 'vitest';
import { readBytes } from './base64.ts';
import { cursorOf } from './cursor.ts';
import { seededRandom } from './small-shape.fixture.ts';
import type { ReadResult } from './value-problem.ts';

function read(token: string, shape = {}): { result: ReadResult; rest: string } {
  const cursor = cursorOf(Buffer.from(`${token},`));
  const result = readBytes(cursor, { kind: 'bytes', ...shape }, 'clip');
  return { result, rest: cursor.bytes.toString('utf8', cursor.at) };
}

test.each([
  { given: '""', want: [] },
  { given: '"AAEC"', want: [0, 1, 2] },
  { given: '"+/8="', want: [251, 255] },
  { given: '"+\\/8="', want: [251, 255] },
  { given: '"\\u002b\\u002F\\u0038\\u003d"', want: [251, 255] },
  { given: '"Zg=="', want: [102] },
  { given: '"Zh=="', want: [102] }, // bits left over need not be zero
  { given: '"Zm9="', want: [102, 111] },
])('decodes $given', ({ given, want }) => {
  expect(read(given)).toEqual({ result: { ok: true, value: Uint8Array.from(want) }, rest: ',' });
});

test.each([
  { given: '"AAE"', says: /got 3 characters, which is not a multiple of 4; keep the = padding/ },
  { given: '"AAECA"', says: /not a multiple of 4/ },
  { given: '"-_8="', says: /got the URL-safe alphabet; use the standard encoder/ },
  { given: '"AA\\nEC"', says: /got a line break at character 2/ },
  { given: '"AA\\nECAAA"', says: /got a line break at character 2/ },
  { given: '"AAEC AAE"', says: /got white space at character 4/ },
  { given: '"AAEC    "', says: /got white space at character 4/ },
  { given: '"    "', says: /got white space at character 0/ },
  { given: '"A\\"EC"', says: /got another character at 1/ },
  { given: '"AA*C"', says: /got another character at 2/ },
  { given: '"AAE\u00e9"', says: /got another character at 3/ },
  { given: '"AAE\\u0141"', says: /got another character at 3/ },
  { given: '"AA=C"', says: /got = at character 2, before the last two places/ },
  { given: '"AA==AAEC"', says: /got = at character 2, before the last two places/ },
  { given: '"A==="', says: /got = at character 1/ },
  { given: '"===="', says: /got = at character 0/ },
  { given: '"data:audio/wav;base64,AAEC"', says: /got a data URL/ },
])('refuses $given', ({ given, says }) => {
  const { result, rest } = read(given);
  const text = expect.stringMatching(says);
  expect(result).toEqual({ ok: false, problem: { reason: 'INVALID_BASE64', path: 'clip', text } });
  expect(rest).toBe(',');
});

test('counts base64 characters, not the escapes that they are written with', () => {
  expect(read('"\\/\\/\\/\\/"', { minLength: 4, maxLength: 4 }).result.ok).toBe(true);
  const problem = expect.objectContaining({ reason: 'INVALID_LENGTH' });
  expect(read('"AAECAAEC"', { minLength: 4, maxLength: 4 }).result).toEqual({ ok: false, problem });
  expect(read('"\\/\\/\\/\\/"', { minLength: 5 }).result).toEqual({ ok: false, problem });
});

test('agrees with the usual pattern and Buffer on 20000 short texts', () => {
  const random = seededRandom(11);
  const alphabet = 'AZaz09+/+/AB==\n -_*é';
  for (let round = 0; round < 20_000; round += 1) {
    const length = Math.floor(random() * 10);
    // Mostly the valid part of the alphabet, so that both verdicts are common.
    const reach = random() < 0.7 ? 14 : alphabet.length;
    const text = Array.from({ length }, () => alphabet[Math.floor(random() * reach)]).join('');
    const { result } = read(JSON.stringify(text));
    const want = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0;
    if (result.ok !== want) expect.fail(`${result.ok ? 'accepted' : 'refused'}: ${JSON.stringify(text)}`);
    if (result.ok) expect(result.value).toEqual(new Uint8Array(Buffer.from(text, 'base64')));
  }
});
