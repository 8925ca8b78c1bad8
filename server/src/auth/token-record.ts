// Owns the form of a token file: what stands in it about each token, and how its text is read and written. Must not know where
// the file lies, nor any token: only hashes stand here.
import { hash } from 'node:crypto';
import { z } from 'zod';
import { parseRate, RATE_FORM } from './call-limits.ts';

/** Name of the one token of `--token` or of `.cache/token` in logs and limits; no token of a file may have it. */
export const SINGLE_TOKEN_NAME = 'default';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected 1 to 64 letters, digits, dots, dashes and underscores')
  .refine(
    (value) => value !== SINGLE_TOKEN_NAME,
    `expected another name: ${SINGLE_TOKEN_NAME} is the server's own token`,
  );
const endpointId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'expected the id of an endpoint, as it stands in its path');
const rate = z.string().refine((text) => parseRate(text) !== undefined, RATE_FORM);
const instant = z.iso.datetime('expected a time in UTC such as 2027-01-31T00:00:00Z');

/** What one token of the file has. */
export const tokenRecord = z.strictObject({
  name,
  /** Of the token's characters, in lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits'),
  created: instant,
  /** From this moment on the token is refused; without one it never expires. */
  expires: instant.optional(),
  /** Ids of the endpoints that it may use; without a list all. */
  endpoints: z.array(endpointId).min(1, 'expected at least one endpoint; leave it out for all').max(64).optional(),
  /** `5/s`, `100/min` or `1000/h`. */
  rate: rate.optional(),
  /** Calls at once. */
  concurrency: z.int().min(1).max(999_999).optional(),
});
const tokenFile = z.strictObject({ version: z.literal(1, 'expected 1'), tokens: z.array(tokenRecord) });

/** One token as the file keeps it. */
export type TokenRecord = z.infer<typeof tokenRecord>;

/** A token file cannot be read or is not one. `message` says what to do and holds nothing of the file's content. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
}

/**
 * The file's form of a token. One round of SHA-256 is right here: a token is 256 random bits, so nobody can guess it from its
 * hash at any speed. Slow hashes are for passwords, and would cost every call milliseconds.
 */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'hex');
}

/** Reads a token file's text. Throws TokenFileError with every mistake in it. */
export function parseTokenFile(text: string): TokenRecord[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new TokenFileError('the token file is not complete JSON');
  }
  const parsed = tokenFile.safeParse(content);
  const problems = parsed.success
    ? duplicates(parsed.data.tokens)
    : parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'the file'}: ${message}`);
  if (!parsed.success || problems.length > 0) {
    throw new TokenFileError(`the token file is not usable: ${problems.slice(0, 10).join('; ')}`);
  }
  return parsed.data.tokens;
}

/** The text of a token file. */
export function formatTokenFile(tokens: readonly TokenRecord[]): string {
  return `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`;
}

function duplicates(tokens: readonly TokenRecord[]): string[] {
  const problems: string[] = [];
  for (const key of ['name', 'sha256'] as const) {
    if (new Set(tokens.map((token) => token[key])).size < tokens.length)
      problems.push(`two tokens have the same ${key}`);
  }
  return problems;
}
