// Owns reading the `Prefer` header (RFC 7240) as Prism's users know it: code=404, example=NAME, dynamic=true.

import type { Preference } from '../engine/prism.ts';
import { CallFailure, shown } from '../failure.ts';

/** Unknown preferences are left alone, as RFC 7240, section 2, asks. Throws CallFailure for a code that is none. */
export function readPreference(header: string | undefined): Preference {
  const given = new Map(
    (header ?? '').split(/[,;]/).map((part) => {
      const [name = '', value = ''] = part.split('=', 2);
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')];
    }),
  );
  const code = given.get('code');
  if (code !== undefined && !/^[1-5]\d\d$/.test(code)) {
    throw new CallFailure('INVALID_VALUE', `Prefer: expected code= with an HTTP status, got ${shown(code)}.`);
  }
  const example = given.get('example');
  return {
    ...(code !== undefined && { code: Number(code) }),
    ...(example && { exampleKey: example }),
    dynamic: given.get('dynamic') === 'true',
  };
}
