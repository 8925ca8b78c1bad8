// Owns taking secrets out of what is kept: tokens by the names of their fields, and the call's own token wherever it stands.
import { isObject } from '../json.ts';

/** Stands where a secret stood. It is itself a well-formed bearer token, so that the example still keeps the contract. */
export const REMOVED = 'REMOVED';

const SECRET_NAME = /(token|secret|password|authorization|credential|api[_-]?key|cookie)/i;
/** Tokens of another kind: a place in a list. */
const HARMLESS_NAME = /^(next)?page_?token$/i;

/** A copy without the values of secret fields, and without `secrets` in any text. */
export function redact(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, REMOVED), value);
  if (Array.isArray(value)) {
    // Samples hold no secrets, and there are many of them.
    return value.every((member) => typeof member === 'number') ? value : value.map((member) => redact(member, secrets));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name) && typeof member === 'string' ? REMOVED : redact(member, secrets),
    ]),
  );
}

function isSecret(name: string): boolean {
  return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);
}

/** A shorter text is no secret, and taking it out everywhere would spoil what else holds it. */
const SHORTEST_SECRET = 8;

/** The token of an Authorization header, for finding it elsewhere. */
export function secretsOf(authorization: string | undefined): string[] {
  const token = authorization?.replace(/^\S+\s+/, '').trim();
  return token === undefined || token.length < SHORTEST_SECRET ? [] : [token];
}
