// Owns a server between a client and the server under test that passes everything on and notes what the client sent and when. May
// answer by itself where a case asks for an answer that no server gives.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface RelayedCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Of the body after decompression. */
  readonly bytes: number;
  readonly instances: readonly Readonly<Record<string, unknown>>[];
  /** Of the whole call, by performance.now(). */
  readonly startedAtMs: number;
}

export interface Relay extends AsyncDisposable {
  readonly url: string;
  /** Forgets what it noted, and passes on to `target` from now on. */
  reset(target: string, ownAnswer?: OwnAnswer): void;
  /** Predictions since the last reset. */
  predictions(): readonly RelayedCall[];
  /** The most predictions that were under way at once. */
  mostAtOnce(): number;
}

export interface OwnAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startRelay(): Promise<Relay> {
  let target = '';
  let ownAnswer: OwnAnswer | undefined;
  let calls: RelayedCall[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;

  const server = createServer((incoming, outgoing) => {
    const startedAtMs = performance.now();
    const isPrediction = incoming.method === 'POST';
    const chunks: Buffer[] = [];
    if (isPrediction) {
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      outgoing.once('close', () => {
        atOnce -= 1;
      });
    }
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => {
      const raw = Buffer.concat(chunks);
      if (isPrediction) calls.push({ ...notes(incoming, raw), startedAtMs });
      if (ownAnswer !== undefined && isPrediction) {
        // As the servers do, which are told to let any page read their answers.
        const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };
        outgoing.writeHead(ownAnswer.status, { ...headers, ...ownAnswer.headers });
        outgoing.end(ownAnswer.body);
      } else {
        passOn(target, incoming, raw, outgoing);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // A server that listens on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    reset(next, own) {
      target = next;
      ownAnswer = own;
      calls = [];
      mostAtOnce = atOnce;
    },
    predictions: () => calls,
    mostAtOnce: () => mostAtOnce,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function notes({ url = '', headers }: IncomingMessage, raw: Buffer): Omit<RelayedCall, 'startedAtMs'> {
  const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  let instances: RelayedCall['instances'] = [];
  try {
    ({ instances = [] } = JSON.parse(body.toString('utf8')));
  } catch {
    // What is no JSON is the server's to refuse.
  }
  return { path: url, headers, bytes: body.length, instances };
}

function passOn(target: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
  const { host: _, 'transfer-encoding': __, expect: ___, ...headers } = incoming.headers;
  const onward = request(new URL(incoming.url ?? '/', target), {
    method: incoming.method ?? 'GET',
    headers: { ...headers, 'content-length': String(body.length) },
    agent: false,
  });
  onward.once('response', (answer) => {
    const { connection: _connection, 'keep-alive': _keepAlive, ...own } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, own);
    answer.pipe(outgoing);
    // A body that the server cut is cut here, too.
    answer.once('error', () => outgoing.destroy());
    answer.once('aborted', () => outgoing.destroy());
  });
  onward.once('error', () => outgoing.destroy());
  // A client that leaves is seen by the server.
  outgoing.once('close', () => onward.destroy());
  onward.end(body);
}
