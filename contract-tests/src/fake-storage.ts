// Owns a small Cloud Storage on loopback, as much of its JSON API as reading takes, whose objects are named after what
// happens to whoever asks for them. Must not know audio beyond the one clip that it gives out.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The one token that opens `private.wav`. */
export const STORAGE_TOKEN = 'contract-tests-storage-token.0123456789';
/** Stands in every error body; no answer of a server under test may repeat it. */
export const UPSTREAM_WORDS = 'words-of-the-storage';
const BUCKET = 'contract-tests';

export interface FakeStorage extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, for STORAGE_EMULATOR_HOST. */
  readonly url: string;
  /** Resolves when at least so many requests wait for `held.wav` or for a held list. */
  holding(count: number): Promise<void>;
  /** Answers all that wait, and from now on at once. */
  release(): void;
}

export interface FakeStorageOptions {
  /** What `clip.wav`, `private.wav` and `held.wav` hold. */
  readonly clip: Uint8Array;
  /** The file behind `gs://contract-tests/models/`, which is listed only after `release`. */
  readonly model?: Uint8Array;
}

export async function startFakeStorage({ clip, model }: FakeStorageOptions): Promise<FakeStorage> {
  let waiting: (() => void)[] = [];
  let released = false;
  const hold = (answer: () => void): void => {
    if (released) answer();
    else waiting.push(answer);
  };
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://storage');
    const [, name] = /^\/storage\/v1\/b\/[^/]+\/o\/([^/]+)$/.exec(url.pathname) ?? [];
    if (name === undefined) hold(() => sendList(outgoing, model));
    else if (model !== undefined && decodeURIComponent(name) === 'models/model.onnx') sendBytes(outgoing, model);
    else sendObject(decodeURIComponent(name), { incoming, outgoing, clip, hold });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async holding(count) {
      while (waiting.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    release() {
      released = true;
      for (const answer of waiting) answer();
      waiting = [];
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface ObjectRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly clip: Uint8Array;
  readonly hold: (answer: () => void) => void;
}

function sendObject(name: string, { incoming, outgoing, clip, hold }: ObjectRequest): void {
  const { authorization } = incoming.headers;
  if (name === 'clip.wav' || name === 'folder/clip with spaces #1?.wav') sendBytes(outgoing, clip);
  else if (name === 'private.wav') {
    if (authorization === `Bearer ${STORAGE_TOKEN}`) sendBytes(outgoing, clip);
    else sendStatus(outgoing, authorization === undefined ? 401 : 403);
  } else if (name === 'held.wav') hold(() => sendBytes(outgoing, clip));
  else if (name === 'notes.txt') sendBytes(outgoing, Buffer.from('not audio'));
  else if (name === 'huge.wav') outgoing.writeHead(200, { 'Content-Length': 10_000_000_000 }).write('RIFF');
  else if (name === 'broken.wav') sendStatus(outgoing, 500);
  else if (name === 'elsewhere.wav') {
    outgoing.writeHead(302, { Location: '/storage/v1/b/contract-tests/o/clip.wav?alt=media' }).end();
  } else sendStatus(outgoing, 404);
}

function sendBytes(outgoing: ServerResponse, bytes: Uint8Array): void {
  outgoing
    .writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': bytes.byteLength })
    .end(bytes);
}

function sendStatus(outgoing: ServerResponse, status: number): void {
  const error = { code: status, message: UPSTREAM_WORDS };
  outgoing.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error }));
}

function sendList(outgoing: ServerResponse, model: Uint8Array | undefined): void {
  const name = 'models/model.onnx';
  const items =
    model === undefined
      ? []
      : [{ kind: 'storage#object', name, bucket: BUCKET, generation: '1', size: String(model.byteLength) }];
  outgoing
    .writeHead(200, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ kind: 'storage#objects', items }));
}
