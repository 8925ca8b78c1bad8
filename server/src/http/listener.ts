// Owns the Node server around the app and its connections: plain or TLS, HTTP/1.1 or HTTP/2, how they are opened and ended, and how
// a request that is not even a valid address is answered. Must not know any route, nor where a certificate comes from.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestError as AdaptorError, getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import { RequestError } from '../errors.ts';
import { errorAnswer } from './respond.ts';

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
}

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

export function createListener({ app, hostname, tls }: ListenerOptions): Listener {
  const handle = getRequestListener(app.fetch, { hostname, errorHandler, autoCleanupIncoming: false });
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  let ending = false;

  const onRequest: RequestListener = (incoming, outgoing) => {
    if (ending) endBehind(incoming, outgoing);
    void handle(incoming, outgoing);
  };
  const server: NodeServer = tls === undefined ? createServer(onRequest) : secureServer(tls, onRequest);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });

  const endKeepAlive = (): void => {
    ending = true;
    server.closeIdleConnections();
    // GOAWAY: streams that were begun are answered, then the connection ends (RFC 9113, section 6.8).
    for (const session of sessions) session.close();
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
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Node's types leave out that an HTTP/2 server which allows HTTP/1 has this, too. */
type NodeServer = (Server | Http2SecureServer) & Pick<Server, 'closeIdleConnections'>;

/** RFC 8996 retires what is older. */
const TLS_VERSIONS = { minVersion: 'TLSv1.2' } as const;

function secureServer(tls: TlsPair, onRequest: RequestListener): NodeServer {
  // Node's compatibility API gives HTTP/2 requests the same form; what differs is handled where it matters.
  const listener = onRequest as unknown as Parameters<typeof createSecureServer>[1];
  return createSecureServer({ ...TLS_VERSIONS, ...tls, allowHTTP1: true }, listener) as NodeServer;
}

function endBehind(...[incoming, outgoing]: Parameters<RequestListener>): void {
  if (incoming.httpVersionMajor === 1) outgoing.setHeader('Connection', 'close');
  // The type is HTTP/1's; an HTTP/2 request has a stream with its session.
  else (incoming as unknown as { stream: { session?: ServerHttp2Session } }).stream.session?.close();
}

/** Calls inside the app never come here: it answers its own failures. */
function errorHandler(error: unknown): Response {
  const requestId = randomUUID();
  const failure =
    error instanceof AdaptorError
      ? new RequestError(
          'ROUTE_NOT_FOUND',
          'The target or the Host header of the request is not a valid address. Send a path and a host name.',
        )
      : error;
  const { status, headers, body } = errorAnswer(failure, requestId);
  return Response.json(body, { status, headers: { ...headers, 'X-Request-Id': requestId, Connection: 'close' } });
}
