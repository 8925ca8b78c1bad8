// Owns the Node server around the app and its connections: plain or TLS, HTTP/1.1 or HTTP/2, how they are opened and ended, and how
// a request that is not even a valid address is answered. Must not know any route, nor where a certificate comes from.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  RequestError as AdaptorError,
  getRequestListener,
  type Http2Bindings,
  type HttpBindings,
} from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { RequestError } from '../errors.ts';
import { AnswerWatch } from './answer-watch.ts';
import type { Cors } from './cors.ts';
import { stopUpload } from './discard.ts';
import { Http2Connections } from './http2-connections.ts';
import { headProblem, type OnRefusal, refusalAnswer, refuseConnection } from './refusal.ts';
import { requestIdOf } from './request-id.ts';
import { errorFormOf, internalError } from './respond.ts';

/** A certificate chain and its key, both PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

export interface ListenerOptions {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  /** Stands in for a missing Host header, as in HTTP/1.0 health checks. */
  readonly hostname: string;
  /** With one the server speaks TLS alone, with HTTP/2 for those who offer it (ALPN `h2`). */
  readonly tls?: TlsPair | undefined;
  readonly limits: ConnectionLimits;
  /** Without it no page of another origin may read an answer. */
  readonly cors?: Cors;
  /** Told of requests that never become calls. */
  readonly onRefusal: OnRefusal;
  /** Told of each connection that is closed at once because there are too many. */
  readonly onDrop: () => void;
}

/** What one caller's connections may cost. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  /** From a connection's or a request's begin until its head is there; also for the TLS handshake. */
  readonly headerTimeoutMs: number;
  /** Kept by whoever reads a body; here it bounds those that nobody reads, and the time in which an answer must be taken. */
  readonly bodyTimeoutMs: number;
  /** How long a connection without calls stays. */
  readonly keepAliveTimeoutMs: number;
}

/** How often Node looks for requests that take too long. */
const TIMEOUT_CHECK_MS = 500;
/** What a bodyTimeout leaves for reading the head and for the answer, before Node itself ends the request. */
const REQUEST_SLACK_MS = 5_000;
/** Silence after which TCP asks whether the other side is still there, for connections whose end was lost on the way. */
const TCP_KEEP_ALIVE_MS = 30_000;
/** Most calls at once on one HTTP/2 connection; more wait at the client. The value that RFC 9113, section 6.5.2, asks for at least is 100. */
const MAX_STREAMS = 128;
/**
 * Most that one HTTP/2 connection may have waiting, in megabytes: an answer of 400 kB (64 instances) for each call. Above it Node refuses
 * further calls, and with its own 10 it does so to a caller that sends many calls at once and has not read the first answers yet.
 */
const MAX_SESSION_MEGABYTES = 64;

export interface Listener {
  /** Resolves with the port that was taken. Throws the listen error. */
  listen(port: number, host: string): Promise<number>;
  /** New connections get this pair; those that stand keep theirs. */
  setCertificate(pair: TlsPair): void;
  /** From now on no connection is kept: idle ones end at once, the others behind their present answers. New ones are still taken. */
  endKeepAlive(): void;
  /** Takes no more connections and ends all: in order within `graceMs`, then by force. */
  close(graceMs?: number): Promise<void>;
}

export function createListener(options: ListenerOptions): Listener {
  const { app, hostname, tls, limits, cors, onRefusal, onDrop } = options;
  const handle = getRequestListener(fetchOf(app), {
    hostname,
    errorHandler: (error) => invalidAddress(error, onRefusal),
    autoCleanupIncoming: false,
  });
  /** By the caller's address and port. */
  const sockets = new Map<string, Socket>();
  const sessions = new Http2Connections(limits.keepAliveTimeoutMs);
  const answers = new AnswerWatch(limits.bodyTimeoutMs);
  let ending = false;

  const onRequest: RequestListener = (incoming, outgoing) => {
    answers.add(outgoing);
    if (ending) endBehind(incoming, outgoing);
    if (cors?.(incoming, outgoing)) return;
    const problem = headProblem(incoming.rawHeaders, hostOf(incoming));
    if (problem === undefined) void handle(incoming, outgoing);
    else refuse(incoming, outgoing, problem);
  };
  const refuse = (incoming: IncomingMessage, outgoing: ServerResponse, problem: RequestError): void => {
    const { status, headers, text } = refusalAnswer(
      problem,
      requestIdOf(incoming),
      onRefusal,
      errorFormOf(incoming.url ?? ''),
    );
    outgoing.writeHead(status, incoming.httpVersionMajor === 1 ? { ...headers, Connection: 'close' } : headers);
    outgoing.end(text);
    // The type is HTTP/1's.
    if ('stream' in incoming) stopUpload(incoming as unknown as Http2ServerRequest);
  };
  const http1 = {
    headersTimeout: limits.headerTimeoutMs,
    requestTimeout: limits.headerTimeoutMs + limits.bodyTimeoutMs + REQUEST_SLACK_MS,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
  };
  const server: NodeServer =
    tls === undefined ? createServer(http1, onRequest) : secureServer(tls, limits, http1, onRequest);
  server.maxConnections = limits.maxConnections;
  server.on('drop', onDrop);
  // RFC 9110, section 10.1.1, lets a server ignore what it does not know; Node's own refusal would have no body and nobody would count it.
  server.on('checkExpectation', onRequest);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseConnection(error, socket, onRefusal),
  );
  server.on('connection', (socket: Socket) => {
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    const key = peerOf(socket);
    sockets.set(key, socket);
    // The system may have given address and port to a new connection meanwhile.
    socket.once('close', () => sockets.get(key) === socket && sockets.delete(key));
  });
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session, sockets.get(peerOf(session.socket)));
  });

  const endKeepAlive = (): void => {
    ending = true;
    server.closeIdleConnections();
    // Whoever is told to keep the connection may send its next call into the end of it.
    for (const outgoing of answers.lastOfConnections())
      if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close');
    sessions.end();
  };

  return {
    async listen(port, host) {
      server.listen(port, host);
      await once(server, 'listening');
      // A server that listens on a TCP port has an AddressInfo.
      return (server.address() as AddressInfo).port;
    },
    setCertificate(pair) {
      if (!('setSecureContext' in server)) throw new Error('A server without TLS got a certificate. This is a bug.');
      server.setSecureContext({ ...TLS_VERSIONS, ...pair });
    },
    endKeepAlive,
    async close(graceMs = 0) {
      endKeepAlive();
      const closed = server.listening ? once(server, 'close') : Promise.resolve();
      server.close();
      // What was answered may still lie in the buffers of a TLS or HTTP/2 connection.
      if (graceMs > 0) await Promise.race([closed, sleep(graceMs, undefined, { ref: false })]);
      for (const socket of sockets.values()) socket.destroy();
      answers.close();
      await closed;
    },
  };
}

/** Node's types leave out that an HTTP/2 server which allows HTTP/1 has this, too. */
type NodeServer = (Server | Http2SecureServer) & Pick<Server, 'closeIdleConnections'>;

/** RFC 8996 retires what is older. */
const TLS_VERSIONS = { minVersion: 'TLSv1.2' } as const;

function secureServer(
  tls: TlsPair,
  { headerTimeoutMs }: ConnectionLimits,
  http1: ServerOptions,
  onRequest: RequestListener,
): NodeServer {
  const options = {
    ...TLS_VERSIONS,
    ...tls,
    ...http1,
    allowHTTP1: true,
    handshakeTimeout: headerTimeoutMs,
    settings: { maxConcurrentStreams: MAX_STREAMS },
    maxSessionMemory: MAX_SESSION_MEGABYTES,
  };
  // Node's compatibility API gives HTTP/2 requests the same form; what differs is handled where it matters.
  const server = createSecureServer(
    options,
    onRequest as unknown as Parameters<typeof createSecureServer>[1],
  ) as NodeServer;
  // Set behind the construction, which gives HTTP/1 over TLS its defaults.
  return Object.assign(server, http1);
}

/** Tells the connections of a server apart; a TLS socket has that of the TCP socket below. */
function peerOf({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress} ${remotePort}`;
}

/** HTTP/2 has it in a field of its own. */
function hostOf({ headers }: IncomingMessage): string | undefined {
  const authority = headers[':authority'];
  return typeof authority === 'string' ? authority : headers.host;
}

function endBehind(...[incoming, outgoing]: Parameters<RequestListener>): void {
  if (incoming.httpVersionMajor === 1) outgoing.setHeader('Connection', 'close');
  // The type is HTTP/1's; an HTTP/2 request has a stream with its session.
  else (incoming as unknown as { stream: { session?: ServerHttp2Session } }).stream.session?.close();
}

type Bindings = HttpBindings | Http2Bindings;

/** Hono answers HEAD with a copy of what it has for GET, and in a copy the mark of an answer that is out already is lost. */
function fetchOf(app: ListenerOptions['app']): (request: Request, bindings: Bindings) => Response | Promise<Response> {
  return (request, bindings) => {
    const response = app.fetch(request, bindings);
    return request.method === 'HEAD' ? unlessSent(response, bindings) : response;
  };
}

async function unlessSent(response: Response | Promise<Response>, { outgoing }: Bindings): Promise<Response> {
  const awaited = await response;
  return outgoing.headersSent ? RESPONSE_ALREADY_SENT : awaited;
}

/** Calls inside the app never come here: it answers its own failures. */
function invalidAddress(error: unknown, onRefusal: OnRefusal): Response {
  const problem =
    error instanceof AdaptorError
      ? new RequestError(
          'ROUTE_NOT_FOUND',
          'The target or the Host header of the request is not a valid address. Send a path and a host name.',
        )
      : internalError(error);
  const { status, headers, text } = refusalAnswer(problem, randomUUID(), onRefusal);
  return new Response(text, { status, headers });
}
