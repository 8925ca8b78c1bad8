import { expect, test } from 'vitest';
import { identifyToken } from './identify-token.ts';
import { tokenHash } from './token-record.ts';
import { singleToken, TokenSet } from './token-set.ts';

const TOKEN = 'the-right-token-123';
const NOW_MS = Date.parse('2026-06-01T00:00:00Z');
const created = '2026-01-01T00:00:00Z';
const named = new TokenSet([
  { name: 'ci', sha256: tokenHash('the-token-of-the-ci'), created, endpoints: ['hear'], rate: '5/s', concurrency: 2 },
  { name: 'old', sha256: tokenHash('the-expired-token-1'), created, expires: '2026-06-01T00:00:00Z' },
  { name: 'new', sha256: tokenHash('the-lasting-token-1'), created, expires: '2026-06-01T00:00:01Z' },
]);
const identify = identifyToken(
  () => [singleToken(TOKEN), named],
  () => NOW_MS,
);

test.each([
  ['Bearer the-right-token-123', 'default'],
  ['bearer the-right-token-123', 'default'],
  ['Bearer   the-right-token-123', 'default'],
  ['Bearer the-token-of-the-ci', 'ci'],
  ['Bearer the-lasting-token-1', 'new'],
])('knows %j as %s', (header, name) => {
  expect(identify(header)).toMatchObject({ name });
});

test('a token brings its endpoints and limits along', () => {
  expect(identify('Bearer the-token-of-the-ci')).toEqual({
    name: 'ci',
    endpoints: new Set(['hear']),
    limits: { rate: { calls: 5, periodMs: 1_000 }, concurrency: 2 },
  });
  expect(identify(`Bearer ${TOKEN}`)).toEqual({
    name: 'default',
    endpoints: undefined,
    limits: { rate: undefined, concurrency: undefined },
  });
});

test.each([
  [undefined, 'MISSING_TOKEN'],
  ['', 'INVALID_TOKEN'],
  ['the-right-token-123', 'INVALID_TOKEN'],
  ['Basic dXNlcjpwYXNz', 'INVALID_TOKEN'],
  ['Bearer the-right-token-12', 'INVALID_TOKEN'],
  ['Bearer the-right-token-1234', 'INVALID_TOKEN'],
  ['Bearer the-right-token-123 more', 'INVALID_TOKEN'],
  // The hash is no secret of the caller's: it does not open anything.
  [`Bearer ${tokenHash(TOKEN)}`, 'INVALID_TOKEN'],
  ['Bearer the-expired-token-1', 'INVALID_TOKEN'],
])('refuses %j with %s and does not repeat it', (header, reason) => {
  expect(() => identify(header)).toThrow(
    expect.objectContaining({ reason, message: expect.not.stringMatching(/the-(right|expired)-token/) }),
  );
});

test('an expired token is told so, since only its owner has it', () => {
  expect(() => identify('Bearer the-expired-token-1')).toThrow(/has expired/);
});
