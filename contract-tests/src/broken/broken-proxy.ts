// Owns a server that is good but for one thing: it passes every call on to a good one and breaks the answer in one way. Must not know
// who finds it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, send } from '../send.ts';
import type { PassedOn, WayToBreak } from './ways-to-break.ts';

export interface BrokenProxy extends AsyncDisposable {
  readonly url: string;
}

/** Listens on a free port in front of `upstream`. */
export async function startBrokenProxy(upstream: string, breakAnswer: WayToBreak): Promise<BrokenProxy> {
  const server = createServer((incoming, outgoing) => {
    answer(upstream, breakAnswer, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // A server that listens on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Of one connection alone, or of a length that may change. */
const NOT_PASSED_ON = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

async function answer(
  upstream: string,
  breakAnswer: WayToBreak,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // no encoding is set
  const { method = 'GET', url: path = '/' } = incoming;
  const body = Buffer.concat(chunks);
  const good: Answer = await send(upstream, {
    method,
    path,
    headers: passedOn(incoming.headers),
    body: body.length > 0 ? body : undefined,
  });
  const token = (incoming.headers.authorization ?? '').replace(/^Bearer /, '');
  const broken: PassedOn = breakAnswer({ ...good, headers: passedOn(good.headers) }, { method, path, token });
  outgoing.writeHead(broken.status, broken.headers).end(broken.body);
}

function passedOn(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || NOT_PASSED_ON.includes(name) ? [] : [[name, String(value)]],
    ),
  );
}
