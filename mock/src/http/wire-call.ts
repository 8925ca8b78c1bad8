// Owns reading a call's head: its address in one spelling, its query, its id. Must not read the body.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface WireCall {
  /** Upper case; HEAD is GET without the body (RFC 9110, section 9.3.2), which Node leaves out. */
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly origin: string;
}

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

export function readHead({ method = 'GET', url = '/', headers }: IncomingMessage): WireCall {
  const [target = '/', ...rest] = url.split('?');
  const given = headers['x-request-id'];
  return {
    method: method === 'HEAD' ? 'GET' : method,
    path: oneSpelling(target),
    query: Object.fromEntries(new URLSearchParams(rest.join('?'))),
    requestId: typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID(),
    origin: `http://${headers.host ?? 'localhost'}`,
  };
}

/** Decodes each segment and encodes it again, but for colons; a path that cannot be decoded stays as it is and leads nowhere. */
function oneSpelling(path: string): string {
  try {
    return path
      .split('/')
      .map((segment) => encodeURIComponent(decodeURIComponent(segment)).replaceAll('%3A', ':'))
      .join('/');
  } catch {
    return path;
  }
}
