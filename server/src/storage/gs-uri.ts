// Owns the text form `gs://bucket/object`: reading it, and showing it in a message without harm. Must not know HTTP,
// requests or models.

/** A place in Cloud Storage. `object` is empty when the URI names only a bucket. */
export interface GsLocation {
  readonly bucket: string;
  readonly object: string;
}

// Cloud Storage, "Bucket naming requirements": 3 to 63 characters, up to 222 with dots.
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
// Cloud Storage, "Object naming requirements": 1 to 1024 bytes of UTF-8, no line breaks.
const MAX_OBJECT_BYTES = 1024;
const MAX_SHOWN_LENGTH = 200;

/**
 * Splits a `gs://` URI at its first slash. Everything after that slash is the object's name as it stands, `#`, `?`, `%` and
 * spaces included: the URI is not percent-decoded, as in Google's own tools.
 *
 * @returns the place, or a `problem` to put behind "but": it quotes nothing that did not begin with `gs://`.
 */
export function parseGsUri(uri: string): GsLocation | { readonly problem: string } {
  if (!uri.startsWith('gs://')) {
    return { problem: `a text of ${uri.length} characters came that does not begin with gs://` };
  }
  const rest = uri.slice('gs://'.length);
  const slash = rest.indexOf('/');
  const bucket = slash === -1 ? rest : rest.slice(0, slash);
  const object = slash === -1 ? '' : rest.slice(slash + 1);
  if (!BUCKET.test(bucket)) {
    return {
      problem: `the bucket name in ${showText(uri)} is not 3 to 222 of a-z, 0-9, ".", "_", "-" with a letter or digit at both ends`,
    };
  }
  // "." and ".." are not object names, and a URL parser would take them for steps through the path.
  if (object === '.' || object === '..') {
    return { problem: `the object name in ${showText(uri)} is "${object}"` };
  }
  if (/[\r\n]/.test(object) || !object.isWellFormed()) {
    return { problem: `the object name in ${showText(uri)} has a line break or half of a surrogate pair` };
  }
  const objectBytes = Buffer.byteLength(object);
  if (objectBytes > MAX_OBJECT_BYTES) {
    return { problem: `the object name in ${showText(uri)} has ${objectBytes} bytes, more than ${MAX_OBJECT_BYTES}` };
  }
  return { bucket, object };
}

/** The place as a `gs://` URI for messages: at most 200 UTF-16 units, invisible characters escaped. */
export function showLocation(location: GsLocation): string {
  return showText(location.object === '' ? `gs://${location.bucket}` : `gs://${location.bucket}/${location.object}`);
}

/**
 * Any text from outside for a message: at most 200 UTF-16 units; control, format and line characters as `\u{…}`. What looks like the query of
 * an address is left out from its first value on: people paste addresses that carry a token or a signature.
 */
export function showText(text: string): string {
  const visible = text
    .replace(/(\?[\w.-]+=).+$/s, '$1…')
    .slice(0, MAX_SHOWN_LENGTH + 1)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`);
  if (visible.length <= MAX_SHOWN_LENGTH) return visible;
  return `${visible.slice(0, MAX_SHOWN_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
