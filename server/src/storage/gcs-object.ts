// Owns fetching one object from Cloud Storage with the rights of the caller who named it, never with the server's own.
// Must not know HTTP of this server, audio or algorithms.
//
// Of Google's two libraries this uses google-auth-library, whose request (gaxios) takes an AbortSignal, `redirect: 'manual'`
// and no retries, and hands out a status without reading the answer's body. @google-cloud/storage takes no signal, follows
// redirects, retries for up to ten minutes, puts the answer's body into its error messages, and its client holds one
// credential, so that each fetch would build a client of its own.
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { CRC32C } from '@google-cloud/storage';
import { type AuthClient, type gaxios, OAuth2Client, PassThroughClient } from 'google-auth-library';
import { InstanceError } from '../errors.ts';
import { Semaphore } from '../semaphore.ts';
import {
  closedFailure,
  Damaged,
  type FetchFacts,
  fetchFailure,
  isTransient,
  OverLimit,
  timeoutFailure,
  UnexpectedStatus,
} from './fetch-failure.ts';
import { type GsLocation, parseGsUri } from './gs-uri.ts';
import { type StorageHost, storageHost } from './storage-host.ts';

const DEFAULT_MAX_CONCURRENT = 8;
const ATTEMPTS = 2;
// Long enough for another front end of Cloud Storage to answer, short beside any request's time limit.
const RETRY_DELAY_MS = 100;
// RFC 6750, section 2.1: b64token.
const BEARER_TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

export interface ObjectFetcherOptions {
  /** Largest object, counted after any Content-Encoding is undone. */
  readonly maxBytes: number;
  /** For one fetch in all: waiting for a place, both attempts and the body. */
  readonly timeoutMs: number;
  /** Fetches under way at once; the others wait in the order in which they came. At least 1; 8 by default. */
  readonly maxConcurrent?: number;
  /** As STORAGE_EMULATOR_HOST, which is read when this is undefined; empty means Google's host. */
  readonly emulatorHost?: string | undefined;
}

/** Meant to be one for the process, so that its bound holds for all of it. Whoever creates it closes it. */
export interface ObjectFetcher {
  /**
   * Fetches `gs://bucket/object`.
   *
   * @param bearerToken the OAuth 2.0 access token that belongs to the instance; undefined reads as anyone may.
   * @returns the object's bytes in a buffer of their own, which may be transferred to another thread.
   * @throws InstanceError with INVALID_VALUE or one of STORAGE_*; the signal's own reason when it aborts. Neither the message
   *   nor the cause holds the token or anything that the other side sent.
   */
  fetch(gcsUri: string, bearerToken: string | undefined, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends all fetches, waiting ones included, with STORAGE_UNAVAILABLE; later ones fail at once. */
  close(): void;
}

export function createObjectFetcher(options: ObjectFetcherOptions): ObjectFetcher {
  const { maxBytes, timeoutMs } = options;
  const places = new Semaphore(options.maxConcurrent ?? DEFAULT_MAX_CONCURRENT);
  const host = storageHost(options.emulatorHost);
  const closers = new Set<() => void>();
  let closed = false;

  return {
    async fetch(gcsUri, bearerToken, signal) {
      const location = requireObject(gcsUri);
      const client = createClient(bearerToken);
      const facts: FetchFacts = { location, hasToken: bearerToken !== undefined, maxBytes, timeoutMs };
      if (closed) throw closedFailure(location);
      signal.throwIfAborted();

      // One controller for the three ways to end early; its reason is the error that the caller gets. Taken down by hand
      // below, because AbortSignal.any would leave its listeners on signals that live longer than the fetch.
      const stop = new AbortController();
      const onAbort = () => stop.abort(signal.reason);
      const onClose = () => stop.abort(closedFailure(location));
      const timer = setTimeout(() => stop.abort(timeoutFailure(facts)), timeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
      closers.add(onClose);
      try {
        const release = await places.acquire(stop.signal);
        try {
          const request = mediaRequest(host, location);
          return await withRetry(() => downloadOnce(client, request, maxBytes, stop.signal), stop.signal);
        } finally {
          release();
        }
      } catch (error) {
        throw stop.signal.aborted ? stop.signal.reason : fetchFailure(error, facts);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        closers.delete(onClose);
      }
    },
    close() {
      closed = true;
      for (const onClose of closers) onClose();
    },
  };
}

function requireObject(gcsUri: string): GsLocation {
  const parsed = parseGsUri(gcsUri);
  const problem = 'problem' in parsed ? parsed.problem : 'no object name came';
  if ('problem' in parsed || parsed.object === '') {
    throw new InstanceError(
      'INVALID_VALUE',
      `Expected gs://BUCKET/OBJECT, but ${problem}. Give the object's full URI.`,
    );
  }
  return parsed;
}

/** A client that knows the given token and nothing else: neither refreshes it nor looks for credentials of this machine. */
function createClient(bearerToken: string | undefined): AuthClient {
  // The library's own interceptors hand the request with its headers to a debug log.
  const quiet = { useAuthRequestParameters: false };
  if (bearerToken === undefined) return new PassThroughClient(quiet);
  if (!BEARER_TOKEN.test(bearerToken)) {
    throw new InstanceError(
      'INVALID_VALUE',
      `Expected an OAuth 2.0 access token (letters, digits and -._~+/, then =), but a text of ${bearerToken.length} characters came that is none. Give the token alone, without "Bearer".`,
    );
  }
  return new OAuth2Client({ ...quiet, credentials: { access_token: bearerToken } });
}

function mediaRequest(host: StorageHost, { bucket, object }: GsLocation): gaxios.GaxiosOptions {
  // JSON API, "Encoding URI path parts": a slash in an object's name is %2F, so that the name is one part of the path.
  const url = `${host.apiRoot}/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}?alt=media`;
  return {
    url,
    headers: { 'user-agent': 'predict-schemata' },
    responseType: 'stream',
    // A redirect would carry the request to a host that the caller did not name.
    redirect: 'manual',
    retry: false,
    // Every status is judged here: for others than 2xx the library would read the whole body.
    validateStatus: () => true,
    // A proxy for the outside world cannot reach an emulator on this machine.
    noProxy: host.isEmulator ? [new URL(url).origin] : [],
  };
}

async function withRetry<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || attempt === ATTEMPTS || !isTransient(error)) throw error;
    }
    await sleep(RETRY_DELAY_MS, undefined, { signal });
  }
}

async function downloadOnce(
  client: AuthClient,
  request: gaxios.GaxiosOptions,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  // A copy, because the library writes the token into the options that it is given.
  const { status, headers, data } = await client.request<unknown>({ ...request, signal });
  // For 204 the library gives an empty text in place of a stream.
  if (!(data instanceof Readable)) throw new UnexpectedStatus(status);
  try {
    if (status !== 200) throw new UnexpectedStatus(status);
    const stated = statedCrc32c(headers);
    const crc32c = stated === undefined ? undefined : new CRC32C();
    // Piece by piece: a whole file takes milliseconds, and more for a large one, in which nothing else is answered.
    const bytes = await readBody(data, statedBytes(headers), maxBytes, ({ buffer, byteOffset, byteLength }) =>
      crc32c?.update(Buffer.from(buffer, byteOffset, byteLength)),
    );
    if (crc32c?.toString() !== stated) throw new Damaged();
    return bytes;
  } finally {
    data.destroy();
  }
}

function statedBytes(headers: Headers): number {
  // Under a Content-Encoding the length is that of the encoded body.
  return headers.has('content-encoding') ? 0 : Number(headers.get('content-length') ?? 0);
}

/** In base64; undefined where none is stated, or where it is that of an encoding which has been undone on the way. */
function statedCrc32c(headers: Headers): string | undefined {
  const stored = headers.get('x-goog-stored-content-encoding') ?? 'identity';
  if (headers.has('content-encoding') || stored !== 'identity') return undefined;
  return /(?:^|[\s,])crc32c=([A-Za-z0-9+/]{6}==)/.exec(headers.get('x-goog-hash') ?? '')?.[1];
}

/** Counts what really comes: the stated length may be missing or wrong. */
async function readBody(
  body: AsyncIterable<Uint8Array>,
  stated: number,
  maxBytes: number,
  onChunk: (chunk: Uint8Array) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  if (stated > maxBytes) throw new OverLimit(`${stated} bytes`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new OverLimit(`at least ${length} bytes`);
    onChunk(chunk);
    chunks.push(chunk);
  }
  // Not Buffer.concat: a small Buffer is a view of a pool shared with others and cannot be transferred.
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
