import { expect, test } from 'vitest';
import { acceptToken } from './auth.ts';

const authenticate = acceptToken('the-right-token-123');

test.each([['Bearer the-right-token-123'], ['bearer the-right-token-123'], ['Bearer   the-right-token-123']])(
  'accepts %j',
  (header) => {
    expect(() => authenticate(header)).not.toThrow();
  },
);

test.each([
  [undefined, 'MISSING_TOKEN'],
  ['', 'INVALID_TOKEN'],
  ['the-right-token-123', 'INVALID_TOKEN'],
  ['Basic dXNlcjpwYXNz', 'INVALID_TOKEN'],
  ['Bearer the-right-token-12', 'INVALID_TOKEN'],
  ['Bearer the-right-token-1234', 'INVALID_TOKEN'],
  ['Bearer the-right-token-123 more', 'INVALID_TOKEN'],
])('refuses %j with %s and does not repeat it', (header, reason) => {
  expect(() => authenticate(header)).toThrow(
    expect.objectContaining({ reason, message: expect.not.stringContaining('the-right') }),
  );
});
