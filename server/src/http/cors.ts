// Owns which pages of other origins a browser lets call this server (fetch.spec.whatwg.org, "CORS protocol"). Must not know any
// route: it says the same of every answer, refusals included.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The origin of a page that was opened from disk (html.spec.whatwg.org, "opaque origin"). */
export const OPAQUE_ORIGIN = 'null';
/** Every page of the web and every file on disk. */
export const ANY_ORIGIN = '*';

/** A page sees nothing of an answer's headers but these and the few that the specification lists. */
const EXPOSED = [
  'X-Request-Id',
  'Retry-After',
  'Server-Timing',
  'Allow',
  'WWW-Authenticate',
  'X-Vertex-AI-Endpoint-Id',
  'X-Vertex-AI-Deployed-Model-Id',
  'X-Vertex-AI-Model',
].join(', ');
/** How long a browser may keep the answer to a preflight; Chromium keeps none longer than two hours. */
const PREFLIGHT_AGE_SECONDS = 600;

/**
 * What to do with each request before anything else: sets the headers that let an allowed page read the answer, whatever it will
 * be. Gives true when the request was a preflight and is answered. Callers that are no browser send no `Origin` and see no difference.
 */
export type Cors = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

/** @param origins as browsers send them, `null` for files opened from disk, `*` for all; empty: no page of another origin */
export function createCors(origins: readonly string[]): Cors {
  if (origins.length === 0) return () => false;
  const any = origins.includes(ANY_ORIGIN);
  return (incoming, outgoing) => {
    const { origin } = incoming.headers;
    // A cache must not give one origin's answer to another.
    if (!any) outgoing.setHeader('Vary', 'Origin');
    if (origin === undefined || !(any || origins.includes(origin))) return false;
    outgoing.setHeader('Access-Control-Allow-Origin', any ? ANY_ORIGIN : origin);
    outgoing.setHeader('Access-Control-Expose-Headers', EXPOSED);
    return isPreflight(incoming) && answerPreflight(incoming, outgoing);
  };
}

/** A browser sends it without a token, so it comes before authentication. Any other OPTIONS is a call like every other. */
function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function answerPreflight({ headers }: IncomingMessage, outgoing: ServerResponse): true {
  outgoing.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST');
  // Not `*`, which leaves out Authorization.
  outgoing.setHeader('Access-Control-Allow-Headers', headers['access-control-request-headers'] ?? '');
  outgoing.setHeader('Access-Control-Max-Age', PREFLIGHT_AGE_SECONDS);
  outgoing.writeHead(204).end();
  return true;
}
