// Owns one HTTP/2 connection to a server and the answers on it. Checks nothing and knows no contract.
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import type { Answer, WireRequest } from './send.ts';

export interface Http2Connection extends AsyncDisposable {
  readonly session: ClientHttp2Session;
  /** Sends one request and waits for the whole answer. Rejects when the stream ends without one. */
  send(wire: WireRequest): Promise<Answer>;
  /** Begins a request whose body the test writes itself. */
  begin(wire: Omit<WireRequest, 'body'>): ClientHttp2Stream;
}

/** Connects with `ca` as the one trusted certificate. */
export async function connectHttp2(url: string, ca: string): Promise<Http2Connection> {
  const session = connect(url, { ca });
  // What ends a connection is seen by its streams.
  session.on('error', () => {});
  await once(session, 'connect');
  const begin: Http2Connection['begin'] = ({ method, path, headers }) =>
    session.request({ ':method': method, ':path': path, ...headers }, { endStream: false });
  return {
    session,
    begin,
    async send(wire) {
      const stream = begin(wire);
      const answer = answerOn(stream);
      stream.end(wire.body);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      session.destroy();
    },
  };
}

/** The answer of a stream as it comes; a stream that is reset behind its answer has answered all the same. */
export async function answerOn(stream: ClientHttp2Stream): Promise<Answer> {
  const chunks: Buffer[] = [];
  let head: IncomingHttpHeaders | undefined;
  let failure: unknown;
  stream.on('response', (headers) => {
    head = headers;
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', (error) => {
    failure = error;
  });
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
  if (head === undefined) throw failure ?? new Error('The stream was closed without an answer.');
  const headers = Object.fromEntries(Object.entries(head).map(([name, value]) => [name, String(value)]));
  return { status: Number(head[':status']), headers, body: Buffer.concat(chunks) };
}
