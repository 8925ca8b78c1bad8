// Owns a server that breaks the contract on purpose, in the way that a call names in its X-Break header: what a check must find.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BrokenServer extends AsyncDisposable {
  readonly url: string;
}

const REQUEST_ID = 'broken-server-1';

/** The answer of a good server to one instance, which each way of breaking changes. */
function goodAnswer() {
  return {
    predictions: [{ embedding: Array.from({ length: 512 }, (_, index) => index / 512) }] as unknown[],
    deployedModelId: 'd',
    model: 'projects/demo/locations/us-central1/models/hear',
    modelVersionId: '1',
    modelDisplayName: 'm',
    metadata: {
      algorithm: 'hear',
      algorithmVersion: '0.1.0',
      modelName: 'm',
      modelSha256: '0'.repeat(64),
      frontEndVersion: '1',
      development: true,
    },
  };
}

interface Sent {
  status?: number;
  headers?: Record<string, string>;
  text: string;
}

const json = (value: unknown): Sent => ({ text: JSON.stringify(value) });

/** Name → what is sent. */
export const WAYS_TO_BREAK = {
  'not at all': () => json(goodAnswer()),
  '511 numbers': () => json({ ...goodAnswer(), predictions: [{ embedding: Array(511).fill(0) }] }),
  'an undeclared status': () => ({ ...json({}), status: 418 }),
  'an error beside the embedding': () => {
    const error = { description: 'x', reason: 'INTERNAL' };
    return json({ ...goodAnswer(), predictions: [{ embedding: Array(512).fill(0), error }] });
  },
  'a missing field': () => json({ ...goodAnswer(), modelVersionId: undefined }),
  'an unknown field': () => json({ ...goodAnswer(), extra: 1 }),
  'a prediction too many': () =>
    json({ ...goodAnswer(), predictions: Array(2).fill({ embedding: Array(512).fill(0) }) }),
  NaN: () => ({ text: JSON.stringify(goodAnswer()).replace('[0,', '[NaN,') }),
  'a lying content type': () => ({ ...json(goodAnswer()), headers: { 'content-type': 'text/html' } }),
  'text that says it is JSON': () => ({ text: 'all is well' }),
  'no request id': () => ({ ...json(goodAnswer()), headers: { 'x-request-id': '' } }),
  'a wrong error': () => ({ ...json({ error: 'something' }), status: 400 }),
  'a field twice': () => ({ text: JSON.stringify(goodAnswer()).replace('"model":', '"model":"x","model":') }),
} as const satisfies Record<string, () => Sent>;

export type WayToBreak = keyof typeof WAYS_TO_BREAK;

/** Listens on a free port. A call without the header is answered well; `/bytes` gives back what it gets. */
export async function startBrokenServer(): Promise<BrokenServer> {
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === '/bytes')
      incoming.pipe(outgoing.writeHead(200, { 'content-type': 'application/octet-stream' }));
    else answer(incoming, outgoing);
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

function answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const way = String(incoming.headers['x-break'] ?? 'not at all');
  incoming.resume().once('end', () => {
    if (way === 'a cut answer') {
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      outgoing.write('{"predictions":', () => outgoing.destroy());
      return;
    }
    // Tests name ways by their type.
    const { status = 200, headers, text }: Sent = WAYS_TO_BREAK[way as WayToBreak]();
    const all: Record<string, string> = {
      'content-type': 'application/json',
      'x-request-id': REQUEST_ID,
      'server-timing': 'infer;dur=1',
      ...headers,
    };
    if (all['x-request-id'] === '') delete all['x-request-id'];
    outgoing.writeHead(status, all).end(text);
  });
}
