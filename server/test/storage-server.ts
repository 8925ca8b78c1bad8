// Owns a local Cloud Storage for tests: the part of the JSON API that Google's libraries use to list and read, from memory,
// over real HTTP, with faults on demand. Must not know the code under test.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CRC32C } from '@google-cloud/storage';

/**
 * What goes wrong with the answers for one object, or with the lists of one bucket. `times` counts the answers that it
 * befalls, all by default; the ones after that are right.
 *
 * - `status`: answers it with an error body that contains `UPSTREAM_BODY`
 * - `redirect`: 302 to `location`
 * - `drop`: ends the connection before any answer
 * - `stall`: never answers; `stall-body`: sends a head without a length and `afterBytes` bytes, then nothing
 * - `cut`: sends the head and `afterBytes` bytes, then ends the connection
 * - `slow`: `bytesPerChunk` bytes every `delayMs`
 * - `length`: states this Content-Length, or none at all, whatever the body is
 * - `corrupt`: flips a bit of the body, so that it no longer matches its checksums
 * - `gate`: answers rightly once the promise is kept
 */
export type Fault = { readonly times?: number } & (
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'drop' | 'stall' | 'corrupt' }
  | { readonly kind: 'cut' | 'stall-body'; readonly afterBytes: number }
  | { readonly kind: 'slow'; readonly bytesPerChunk: number; readonly delayMs: number }
  | { readonly kind: 'length'; readonly contentLength: number | undefined }
  | { readonly kind: 'gate'; readonly until: Promise<void> }
);

/** Stands in every error body of the server: no message of the code under test may contain it. */
export const UPSTREAM_BODY = 'words-of-the-other-side';

export interface ObjectOptions {
  /** Tokens that may read it; anyone may when left out. */
  readonly readers?: readonly string[];
  /** What `body` is encoded with, as stored in the object's metadata. */
  readonly contentEncoding?: 'gzip';
}

export interface SeenRequest {
  readonly method: string;
  /** Path and query as they came, not decoded. */
  readonly target: string;
  readonly authorization: string | undefined;
}

export interface StorageServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  /** Most requests that were under way at once. */
  readonly maxInFlight: number;
  /** TCP connections accepted so far. */
  readonly connections: number;
  /** Resolves when at least `count` requests have come. */
  received(count: number): Promise<void>;
  /** Resolves when no request is under way: all answers were handed on or their clients have gone. */
  idle(): Promise<void>;
  /** Stores an object, creating its bucket; a new generation each time. */
  put(bucket: string, name: string, body: Uint8Array | string, options?: ObjectOptions): void;
  remove(bucket: string, name: string): void;
  /** Sets or, with undefined, clears the fault of an object; of the bucket's lists when `name` is undefined. */
  fault(bucket: string, name: string | undefined, fault: Fault | undefined): void;
  /** Forgets objects, faults and what was seen. */
  reset(): void;
  /** Ends all connections, also those of answers under way. */
  close(): Promise<void>;
}

export interface StorageServerOptions {
  /** Tokens that are valid but open only what names them: 403 elsewhere, where any other token gets 401. */
  readonly tokens?: readonly string[];
  /** Objects in one page of a list; 1000 by default, as Cloud Storage. */
  readonly pageSize?: number;
}

interface Stored {
  readonly body: Buffer;
  readonly generation: string;
  readonly options: ObjectOptions;
}

// Each part of the path is percent-encoded by itself, so a raw slash in an object's name finds nothing, as in Cloud Storage.
const ROUTE = /^\/(?:download\/)?storage\/v1\/b\/([^/?]+)\/o(?:\/([^/?]+))?(?:\?(.*))?$/;

/** Starts on a free loopback port. Whoever starts it closes it. */
export async function startStorageServer(options: StorageServerOptions = {}): Promise<StorageServer> {
  const buckets = new Map<string, Map<string, Stored>>();
  const faults = new Map<string, { readonly fault: Fault; left: number }>();
  const requests: SeenRequest[] = [];
  const waiters = new Set<() => void>();
  const closing = new AbortController();
  let generations = 1_000_000;
  let inFlight = 0;
  let maxInFlight = 0;
  let connections = 0;

  const server = createServer((request, response) => {
    inFlight += 1;
    maxInFlight = Math.max(maxInFlight, inFlight);
    const over = () => {
      response.off('finish', over).off('close', over);
      inFlight -= 1;
      for (const wake of waiters) wake();
    };
    // A whole answer is over when it is handed on: its client may send the next request before the server sees a close.
    response.once('finish', over).once('close', over);
    requests.push({
      method: request.method ?? '',
      target: request.url ?? '',
      authorization: request.headers.authorization,
    });
    for (const wake of waiters) wake();
    // A client that goes away in the middle of a slow answer, or the server's own end, is part of the tests.
    answer(request, response).catch(() => response.destroy());
  });
  server.on('connection', () => {
    connections += 1;
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, rawBucket, rawName, rawQuery] = ROUTE.exec(request.url ?? '') ?? [];
    if (rawBucket === undefined || request.method !== 'GET') return sendError(response, 404);
    const bucket = decodeURIComponent(rawBucket);
    const name = rawName === undefined ? undefined : decodeURIComponent(rawName);
    const query = new URLSearchParams(rawQuery);

    const fault = takeFault(faultKey(bucket, name));
    if (fault?.kind === 'gate') await fault.until;
    if (fault?.kind === 'stall') return;
    if (fault?.kind === 'drop') return void response.destroy();
    if (fault?.kind === 'status') return sendError(response, fault.status);
    if (fault?.kind === 'redirect')
      return void response.writeHead(302, { location: fault.location }).end(UPSTREAM_BODY);

    const objects = buckets.get(bucket);
    if (objects === undefined) return sendError(response, 404);
    if (name === undefined) return sendJson(response, 200, list(bucket, objects, query));
    const stored = objects.get(name);
    const generation = query.get('generation');
    if (stored === undefined || (generation !== null && generation !== stored.generation))
      return sendError(response, 404);
    const refused = refusal(request.headers.authorization, stored.options.readers);
    if (refused !== undefined) return sendError(response, refused);
    if (query.get('alt') !== 'media') return sendJson(response, 200, resource(bucket, name, stored));
    return sendMedia(response, stored, fault, closing.signal);
  }

  /** Waits for a condition that only a request's beginning or end can change. */
  async function until(met: () => boolean): Promise<void> {
    while (!met()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.add(resolve);
      await promise;
      waiters.delete(resolve);
    }
  }

  function takeFault(key: string): Fault | undefined {
    const entry = faults.get(key);
    if (entry === undefined || entry.left <= 0) return undefined;
    entry.left -= 1;
    return entry.fault;
  }

  function refusal(authorization: string | undefined, readers: readonly string[] | undefined): 401 | 403 | undefined {
    const token = authorization?.replace(/^Bearer /, '');
    if (readers === undefined && token === undefined) return undefined;
    if (token !== undefined && (readers?.includes(token) ?? options.tokens?.includes(token))) return undefined;
    return token !== undefined && options.tokens?.includes(token) ? 403 : 401;
  }

  function list(bucket: string, objects: ReadonlyMap<string, Stored>, query: URLSearchParams) {
    const prefix = query.get('prefix') ?? '';
    const matching = [...objects].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    const start = Number(query.get('pageToken') ?? 0);
    const end = start + Math.min(options.pageSize ?? 1000, Number(query.get('maxResults') ?? 1000));
    return {
      kind: 'storage#objects',
      ...(end < matching.length && { nextPageToken: String(end) }),
      ...(matching.length > 0 && { items: matching.slice(start, end).map(([name, it]) => resource(bucket, name, it)) }),
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo; the string form is for pipes.
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin: `http://${host}`,
    host,
    requests,
    get maxInFlight() {
      return maxInFlight;
    },
    get connections() {
      return connections;
    },
    received: (count) => until(() => requests.length >= count),
    idle: () => until(() => inFlight === 0),
    put(bucket, name, body, objectOptions = {}) {
      const objects = buckets.get(bucket) ?? new Map<string, Stored>();
      buckets.set(bucket, objects);
      generations += 1;
      objects.set(name, { body: Buffer.from(body), generation: String(generations), options: objectOptions });
    },
    remove(bucket, name) {
      buckets.get(bucket)?.delete(name);
    },
    fault(bucket, name, fault) {
      if (fault === undefined) faults.delete(faultKey(bucket, name));
      else faults.set(faultKey(bucket, name), { fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    reset() {
      buckets.clear();
      faults.clear();
      requests.length = 0;
      maxInFlight = 0;
      connections = 0;
    },
    close() {
      closing.abort();
      return new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      });
    },
  };
}

function faultKey(bucket: string, name: string | undefined): string {
  return JSON.stringify([bucket, name]);
}

function checksums(body: Buffer) {
  const crc32c = new CRC32C();
  crc32c.update(body);
  return { crc32c: crc32c.toString(), md5: createHash('md5').update(body).digest('base64') };
}

function resource(bucket: string, name: string, { body, generation, options }: Stored) {
  const { crc32c, md5 } = checksums(body);
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    bucket,
    name,
    generation,
    metageneration: '1',
    contentType: 'application/octet-stream',
    size: String(body.byteLength),
    crc32c,
    md5Hash: md5,
    ...(options.contentEncoding !== undefined && { contentEncoding: options.contentEncoding }),
  };
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(value));
}

function sendError(response: ServerResponse, code: number): void {
  const message = `${UPSTREAM_BODY} ${code}`;
  sendJson(response, code, { error: { code, message, errors: [{ message, domain: 'global', reason: 'test' }] } });
}

async function sendMedia(
  response: ServerResponse,
  { body, generation, options }: Stored,
  fault: Fault | undefined,
  closing: AbortSignal,
): Promise<void> {
  const { crc32c, md5 } = checksums(body);
  const length =
    fault?.kind === 'length' ? fault.contentLength : fault?.kind === 'stall-body' ? undefined : body.byteLength;
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    ...(length !== undefined && { 'content-length': length }),
    ...(options.contentEncoding !== undefined && { 'content-encoding': options.contentEncoding }),
    'x-goog-generation': generation,
    'x-goog-hash': `crc32c=${crc32c},md5=${md5}`,
    'x-goog-stored-content-encoding': options.contentEncoding ?? 'identity',
    'x-goog-stored-content-length': body.byteLength,
  });
  if (fault?.kind === 'slow') {
    for (let start = 0; start < body.byteLength; start += fault.bytesPerChunk) {
      response.write(body.subarray(start, start + fault.bytesPerChunk));
      await sleep(fault.delayMs, undefined, { signal: closing });
    }
    return void response.end();
  }
  if (fault?.kind === 'cut' || fault?.kind === 'stall-body') {
    const sent = Promise.withResolvers<void>();
    response.write(body.subarray(0, fault.afterBytes), () => sent.resolve());
    await sent.promise;
    return fault.kind === 'cut' ? void response.destroy() : undefined;
  }
  if (fault?.kind === 'corrupt') return void response.end(body.map((byte, index) => (index === 0 ? byte ^ 1 : byte)));
  response.end(body);
}
