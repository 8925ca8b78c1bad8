// Owns the answers to what never becomes a call: what is no HTTP, a head that is too large or too slow. They have the contract's form,
// written to the socket by hand where Node has no response object. Must not know any route.
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import { RequestError } from '../errors.ts';
import { requestIdOf } from './request-id.ts';
import { type ErrorForm, errorAnswer } from './respond.ts';

/** Most header fields of one request; a call has about ten, proxies and tracing add a dozen. HTTP/2 ends at Node's own 128. */
const MAX_HEADER_FIELDS = 128;
/** A DNS name has at most 253 characters (RFC 1035), a port six more; it comes back in links, whose length the contract bounds. */
const MAX_HOST_LENGTH = 259;

export interface Refusal {
  readonly reason: RequestReason;
  readonly status: number;
  readonly requestId: string;
}

/** Told of every refusal, for the log and the metrics. */
export type OnRefusal = (refusal: Refusal) => void;

/** What is wrong with the head of an HTTP/1 or HTTP/2 request as such; undefined for one that may become a call. */
export function headProblem(rawHeaders: readonly string[], host: string | undefined): RequestError | undefined {
  const fields = rawHeaders.length / 2;
  if (fields > MAX_HEADER_FIELDS) return headersTooLarge(`${fields} header fields`);
  if (host !== undefined && host.length > MAX_HOST_LENGTH)
    return headersTooLarge(`a Host of ${host.length} characters`);
  if (countOf('host', rawHeaders) > 1)
    return new RequestError(
      'MALFORMED_HTTP',
      'Expected one Host header, got several, of which a proxy may have taken another. Send one.',
    );
  return undefined;
}

/** How often a field stands there; names and values take turns. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index];
    if (field?.length === name.length && field.toLowerCase() === name) count += 1;
  }
  return count;
}

/** The refusal for the error that Node's HTTP parser or its timer gives for a connection; undefined when nobody is there to read it. */
export function connectionProblem(error: NodeJS.ErrnoException): RequestError | undefined {
  const { code = '' } = error;
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge('more');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new RequestError(
      'REQUEST_TIMEOUT',
      'Expected the whole request in time, but only a part of it came. Repeat the call on a faster connection.',
    );
  if (code.startsWith('HPE_'))
    return new RequestError(
      'MALFORMED_HTTP',
      'Expected a request of HTTP/1.1, got something that is none. Use an HTTP library, and http or https as the server does.',
    );
  return undefined;
}

function headersTooLarge(came: string): RequestError {
  return new RequestError(
    'HEADERS_TOO_LARGE',
    `Expected at most ${MAX_HEADER_FIELDS} header fields of 16 KiB together and a Host of at most ${MAX_HOST_LENGTH} characters, got ${came}. Send fewer and shorter ones.`,
  );
}

/** The parts of an answer that refuses; the connection ends behind it, since its next bytes belong to nothing. */
export function refusalAnswer(
  problem: RequestError,
  requestId: string,
  onRefusal: OnRefusal,
  form: ErrorForm = 'status',
) {
  const { status, headers, body } = errorAnswer(problem, requestId, form);
  onRefusal({ reason: problem.reason, status, requestId });
  const text = JSON.stringify(body);
  return {
    status,
    text,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(text)),
      'X-Request-Id': requestId,
      ...headers,
    },
  };
}

/** Node's own field for the answer that is under way on a connection, which its default handler of `clientError` reads, too. */
type HttpSocket = Socket & { readonly _httpMessage?: (ServerResponse & { readonly req: IncomingMessage }) | null };

/** Calls whose rest cannot be understood, and that were answered for that. */
const refusedCalls = new WeakMap<object, RequestError>();

/** Connections that end behind the answers that they wait for. */
const endingSockets = new WeakSet<Socket>();

/** Why a call was answered here before it could answer itself: it then only finds its caller gone, and must not be counted as that. */
export function refusalOf(incoming: object): RequestError | undefined {
  return refusedCalls.get(incoming);
}

/** Answers a connection whose bytes cannot be understood any further, if the answer cannot be taken for that of another call. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: HttpSocket, onRefusal: OnRefusal): void {
  const current = socket._httpMessage;
  // Whoever ends its side while it is served has gone, here as everywhere.
  const hasGone = current && error.code === 'HPE_INVALID_EOF_STATE';
  if (current?.req.complete && !hasGone) {
    if (!endingSockets.has(socket)) endBehindAnswers(socket);
    // Each piece that still comes is an error again.
    endingSockets.add(socket);
    return;
  }
  const problem = socket.writable && !current?.headersSent && !hasGone ? connectionProblem(error) : undefined;
  if (problem === undefined) {
    socket.destroy();
    return;
  }
  if (current) refusedCalls.set(current.req, problem);
  const { status, headers, text } = current
    ? refusalAnswer(problem, requestIdOf(current.req), () => {})
    : refusalAnswer(problem, randomUUID(), onRefusal);
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`, () =>
    socket.destroy(),
  );
}

/** Calls that are there as a whole wait for their own answers, and what came behind them is none of theirs. */
function endBehindAnswers(socket: HttpSocket): void {
  if (socket._httpMessage) socket._httpMessage.once('close', () => endBehindAnswers(socket));
  else socket.destroySoon();
}
