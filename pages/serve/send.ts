// Owns the headers under which a page or a file goes out: what a browser may load and do, and how long it may keep it. Must not
// know what is sent.
import { createHash } from 'node:crypto';
import type { Context } from 'hono';

export interface Content {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Strong entity tag, quoted. */
  readonly etag: string;
}

export interface Manner {
  /** For HTML. */
  readonly page?: { readonly sources: Readonly<Record<string, string>>; readonly microphone: boolean };
  /** For files whose name changes with their content. */
  readonly forever?: boolean;
  /** For a file to be kept, not shown: its name. */
  readonly fileName?: string;
}

export function contentOf(body: string | Uint8Array, type: string): Content {
  const bytes = new Uint8Array(typeof body === 'string' ? Buffer.from(body) : body);
  return { body: bytes, type, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}

/** Answers with the content, or with 304 where the browser has it already (RFC 9110, section 13.1.2). */
export function send(
  c: Context,
  { body, type, etag }: Content,
  { page, forever = false, fileName }: Manner = {},
): Response {
  const headers = {
    ETag: etag,
    'Cache-Control': forever ? 'public, max-age=31536000, immutable' : 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    ...(fileName !== undefined && { 'Content-Disposition': `attachment; filename="${fileName}"` }),
    ...(page && {
      'Content-Security-Policy': policyOf(page.sources),
      'Permissions-Policy': `microphone=${page.microphone ? '(self)' : '()'}, camera=(), geolocation=()`,
    }),
  };
  const known = c.req.header('if-none-match')?.split(',') ?? [];
  // A proxy that compresses makes the tag a weak one.
  if (known.some((tag) => tag.trim().replace(/^W\//, '') === etag)) return c.body(null, 304, headers);
  return c.body(body, 200, { ...headers, 'Content-Type': type });
}

/** CSP Level 3: everything from the page's own origin, no inline script or style, no plug-in, no frame around it. */
function policyOf(sources: Readonly<Record<string, string>>): string {
  const directives = {
    'default-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'object-src': "'none'",
  };
  const more = Object.entries(sources).map(([directive, others]) => [directive, `'self' ${others}`]);
  return Object.entries({ ...directives, ...Object.fromEntries(more) })
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');
}
