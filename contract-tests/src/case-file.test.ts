// Owns the proof that a slip in a case file is found, and that an answer that differs from its case is, too.
import { describe, expect, test } from 'vitest';
import { createCheck, readCaseFile } from './case-file.ts';
import { wireRequest } from './case-request.ts';
import { differences } from './expectation.ts';
import { withWords } from './words.ts';

const check = await createCheck();
const WHY = 'why: a reason that is long enough\n';

describe('a case file', () => {
  test.each([
    { given: 'expect: { status: 200 }', want: /must have required property 'why'/ },
    { given: `${WHY}expect: { status: 200 }\nexpected: {}`, want: /additional properties.*expected/ },
    { given: `${WHY}expect: { status: 200, reasons: X }`, want: /additional properties.*reasons/ },
    { given: `${WHY}request: { bdy: x }\nexpect: { status: 200 }`, want: /additional properties.*bdy/ },
    { given: `${WHY}server: huge\nexpect: { status: 200 }`, want: /allowed values/ },
    { given: `${WHY}request: { json: { a: { $wv: {} } } }\nexpect: { status: 200 }`, want: /\/request\/json/ },
    { given: `${WHY}request: { json: {}, text: x }\nexpect: { status: 200 }`, want: /must NOT be valid/ },
    { given: `${WHY}request: { json: {} }`, want: /expects no status/ },
    {
      given: `${WHY}request: { text: x, generate: { y: { repeat: z, times: 2 } } }\nexpect: { status: 200 }`,
      want: /makes y/,
    },
    { given: `${WHY}expect: { status: 200, predictions: [predicton] }`, want: /\/expect\/predictions\/0/ },
    { given: `${WHY}expect: { status: 200 }\nexpect: { status: 400 }`, want: /unique/ },
  ])('is refused: $given', ({ given, want }) => {
    expect(() => readCaseFile('x', given, check)).toThrow(want);
  });

  test('gives each variation what all share', () => {
    const text = `${WHY}request: { token: none, json: {} }\nexpect: { status: 400, reason: AA }
variations: [{ name: one }, { name: two, request: { text: x }, expect: { reason: BB } }]`;
    expect(readCaseFile('x', text, check).cases).toEqual([
      { name: 'one', request: { token: 'none', json: {} }, expect: { status: 400, reason: 'AA' } },
      { name: 'two', request: { token: 'none', text: 'x' }, expect: { status: 400, reason: 'BB' } },
    ]);
  });
});

describe('the words of an algorithm', () => {
  const words = { algorithm: 'tone', length: 4 };

  test.each([
    { given: '/models/{{algorithm}}:predict', want: '/models/tone:predict' },
    { given: '{{length}}', want: 4 },
    { given: '[2,{{length}}]', want: '[2,4]' },
    { given: 'Basic {{token}}', want: 'Basic {{token}}' },
    { given: { a: ['{{algorithm}}', 1, null] }, want: { a: ['tone', 1, null] } },
  ])('stand for their names in $given', ({ given, want }) => {
    expect(withWords(given, words)).toEqual(want);
  });

  test('stand in a case file wherever a text does', () => {
    const text = `${WHY}request: { path: "/{{algorithm}}" }\nexpect: { status: 200, body: { shape: ["{{length}}"] } }`;
    expect(readCaseFile('x', text, check, words).cases).toEqual([
      { name: 'x', request: { path: '/tone' }, expect: { status: 200, body: { shape: [4] } } },
    ]);
  });
});

describe('a request', () => {
  const defaults = { token: 'T', path: '/p' };

  test('has the usual headers unless the case says otherwise', () => {
    expect(wireRequest({ json: { a: 1 } }, defaults)).toMatchObject({
      method: 'POST',
      path: '/p',
      headers: { 'content-type': 'application/json', authorization: 'Bearer T' },
    });
    const headers = { 'Content-Type': null, Authorization: 'Basic {{token}}' };
    expect(wireRequest({ json: {}, headers }, defaults).headers).toEqual({ authorization: 'Basic T' });
    expect(wireRequest({ method: 'GET', token: 'none' }, defaults).headers).toEqual({});
  });

  test.each([
    {
      given: {
        json: [
          { $list: 1, times: 2 },
          { $text: 'ab', times: 2 },
        ],
      },
      want: '[[1,1],"abab"]',
    },
    { given: { json: { $bytes: 'RIFF', patch: [{ at: 1, hex: '00ff' }], append: 1 } }, want: '"UgD/RgA="' },
    { given: { json: { $bytes: '\xff\xef\xff', encoding: 'url' } }, want: '"_-__"' },
    { given: { json: { $bytes: 'RIFF', truncate: 1, encoding: 'unpadded' } }, want: '"Ug"' },
    { given: { text: '[{{n}}]', generate: { n: { numbers: 3, replace: { 1: 'NaN' } } } }, want: '[0,NaN,0.0499]' },
    { given: { text: '{{v}}', generate: { v: { value: { a: { $bytes: 'x' } } } } }, want: '{"a":"eA=="}' },
  ])('has the body $want', ({ given, want }) => {
    expect(String(wireRequest(given, defaults).body)).toBe(want);
  });
});

describe('an answer', () => {
  const answer = (status: number, body: unknown) => ({
    status,
    headers: { allow: 'GET' },
    body: Buffer.from(JSON.stringify(body)),
  });
  const predictions = [{ embedding: [1] }, { error: { reason: 'A', description: 'text' } }];

  test.each([
    { expected: { status: 200, predictions: ['prediction', { reason: 'A', description: '/^te/' }] }, want: [] },
    { expected: { status: 200, body: { predictions: [{}, { error: {} }] } }, want: [] },
    { expected: { status: 200, headers: { Allow: '/G/', 'X-None': null } }, want: [] },
    { expected: { status: 400 }, want: ['status: expected 400, got 200'] },
    { expected: { status: 200, headers: { Allow: null } }, want: ['header Allow: expected null, got "GET"'] },
    { expected: { status: 200, predictions: ['prediction'] }, want: ['number of predictions: expected 1, got 2'] },
    {
      expected: { status: 200, predictions: [{ reason: 'A' }, 'prediction'] },
      want: [
        'predictions[0].error: expected {"reason":"A"}, got undefined',
        'predictions[1].error: expected undefined, got {"reason":"A","description":"text"}',
      ],
    },
    { expected: { status: 200, reason: 'A' }, want: ['reason: expected "A", got undefined'] },
    { expected: { status: 200, message: '/x/' }, want: ['message: expected "/x/", got undefined'] },
  ] as const)('is held against $expected', ({ expected, want }) => {
    expect(differences(answer(200, { predictions }), expected)).toEqual(want);
  });
});
