// Owns that pages of any origin may call the mock from a browser (fetch.spec.whatwg.org, "CORS protocol").
import type { IncomingMessage } from 'node:http';

/** Headers of every answer: a page sees nothing of an answer that does not name them. */
export const CORS_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'X-Request-Id, Retry-After, Allow, WWW-Authenticate, Server-Timing, X-Vertex-AI-Endpoint-Id, X-Vertex-AI-Deployed-Model-Id, X-Vertex-AI-Model',
} as const;

/** What a browser asks before the call itself; any other OPTIONS is a call like every other. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && 'origin' in headers && 'access-control-request-method' in headers;
}

export function preflightHeaders({ headers }: IncomingMessage): Record<string, string> {
  return {
    ...CORS_HEADERS,
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, OPTIONS',
    'Access-Control-Allow-Headers': String(headers['access-control-request-headers'] ?? '*'),
    'Access-Control-Max-Age': '600',
  };
}
