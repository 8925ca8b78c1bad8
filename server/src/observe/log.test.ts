// Owns the proof that a token which reaches a log line by mistake is not written.
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { withoutTokens } from './log.ts';

const given = [
  { name: 'a member', facts: { token: 'secret-1' } },
  { name: 'a member of a member', facts: { headers: { authorization: 'Bearer secret-1' } } },
  { name: 'a member deep down, in a list', facts: { a: [{ b: { bearer_token: 'secret-1' } }] } },
  { name: 'a value with quotes and backslashes', facts: { bearerToken: '"\\",secret-1\\' } },
  { name: 'a header in capitals', facts: { headers: { Authorization: 'secret-1' } } },
] as const;

function lineOf(facts: object): string {
  const lines: string[] = [];
  pino({ hooks: { streamWrite: withoutTokens } }, { write: (line: string) => lines.push(line) }).info(facts, 'said');
  return lines.join('');
}

test.each(given)('$name is left out, and the line stays JSON', ({ facts }) => {
  const line = lineOf(facts);
  expect(line).not.toContain('secret-1');
  expect(JSON.parse(line)).toMatchObject({ msg: 'said' });
});

test('all else stays as it is', () => {
  const facts = { tokens: 3, text: 'a "token": "here"', caller: 'ci-token', list: ['token', 'x'] };
  expect(JSON.parse(lineOf(facts))).toMatchObject(facts);
});
