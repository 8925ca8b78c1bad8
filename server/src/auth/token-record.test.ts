import { describe, expect, test } from 'vitest';
import { formatTokenFile, parseTokenFile, TokenFileError, tokenHash } from './token-record.ts';

const SHA = tokenHash('a token');
const token = { name: 'ci', sha256: SHA, created: '2026-01-01T00:00:00Z' };
const file = (...tokens: object[]) => JSON.stringify({ version: 1, tokens });

test('the hash is SHA-256 in hexadecimal (FIPS 180-4, the example "abc")', () => {
  expect(tokenHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('what is written is read back', () => {
  const tokens = [
    { ...token, expires: '2027-01-01T00:00:00Z', endpoints: ['hear'], rate: '5/s', concurrency: 2 },
    { ...token, name: 'b', sha256: tokenHash('another') },
  ];
  expect(parseTokenFile(formatTokenFile(tokens))).toEqual(tokens);
});

describe('refuses', () => {
  test.each([
    ['half a file', formatTokenFile([token]).slice(0, -20), 'not complete JSON'],
    ['an empty file', '', 'not complete JSON'],
    ['another version', JSON.stringify({ version: 2, tokens: [] }), 'version: expected 1'],
    ['no list', JSON.stringify({ version: 1 }), 'tokens: '],
    ['a token in plain text', file({ ...token, sha256: 'hunter2-hunter2' }), 'tokens.0.sha256: expected 64 lower-case'],
    ['an unknown key', file({ ...token, endpoint: 'hear' }), 'endpoint'],
    ['no endpoint', file({ ...token, endpoints: [] }), 'tokens.0.endpoints: expected at least one'],
    ['an odd rate', file({ ...token, rate: '5/d' }), 'tokens.0.rate: expected a rate such as 5/s'],
    ['no calls at once', file({ ...token, concurrency: 0 }), 'tokens.0.concurrency: '],
    ['a local time', file({ ...token, expires: '2027-01-01' }), 'tokens.0.expires: expected a time in UTC'],
    ['the name of the own token', file({ ...token, name: 'default' }), 'tokens.0.name: expected another name'],
    ['two of one name', file(token, { ...token, sha256: tokenHash('b') }), 'the same name'],
    ['two of one hash', file(token, { ...token, name: 'b' }), 'the same sha256'],
  ])('%s', (_name, text, want) => {
    const read = () => parseTokenFile(text);
    expect(read).toThrow(TokenFileError);
    expect(read).toThrow(want);
    expect(read).not.toThrow('hunter2');
  });
});
