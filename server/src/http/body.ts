// Owns how a request's body comes from the socket into memory: media type, encoding, and a cap that holds after
// decompression too. Must not know what the bytes mean.
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ClientClosedError, RequestError } from '../errors.ts';
import { letGo } from '../garbage-collection.ts';
import { giveBack, takeBytes } from '../recycled-memory.ts';
import type { BodyLease } from './body-memory.ts';
import type { Incoming } from './operation.ts';
import type { ReadingPace } from './reading-pace.ts';

/** What one body may cost. */
export interface BodyLimits {
  /** After decompression. */
  readonly maxBytes: number;
  /** Until the last byte is there. */
  readonly timeoutMs: number;
  /** Grows with the body; stays with the caller, who gives it back. */
  readonly lease: BodyLease;
  readonly pace: ReadingPace;
}

/**
 * Reads a body into memory of its own, which may be given back. Throws RequestError: UNSUPPORTED_ENCODING, BODY_TOO_LARGE, BODY_MEMORY_FULL, REQUEST_TIMEOUT,
 * INVALID_COMPRESSION; ClientClosedError when the caller goes away in the middle.
 */
export async function readBody(incoming: Incoming, limits: BodyLimits): Promise<Uint8Array> {
  const encoding = (incoming.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const length = Number(incoming.headers['content-length'] ?? Number.NaN);
  if (length > limits.maxBytes) throw tooLarge(limits.maxBytes, `${length} bytes`);
  if (encoding === 'identity') return collect(incoming, limits, Number.isNaN(length) ? 0 : length);
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzip(incoming, limits);
  throw new RequestError(
    'UNSUPPORTED_ENCODING',
    `Expected Content-Encoding identity or gzip, got ${quote(encoding)}. Send the body uncompressed or with gzip.`,
  );
}

/** Throws RequestError with UNSUPPORTED_MEDIA_TYPE unless `contentType` is one of `accepted`, parameters aside. */
export function requireMediaType(contentType: string | undefined, accepted: readonly string[]): void {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== undefined && accepted.includes(mediaType)) return;
  const came = contentType === undefined ? 'none' : quote(contentType);
  throw new RequestError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Expected Content-Type: ${accepted.join(' or ')}, got ${came}. Send the header Content-Type: ${accepted[0]}.`,
  );
}

async function gunzip(incoming: Incoming, limits: BodyLimits): Promise<Uint8Array> {
  const gunzipStream = createGunzip();
  incoming.pipe(gunzipStream);
  // pipe() does not carry an abort over, and the collector would wait for ever. An HTTP/2 request is `complete` then, too.
  incoming.once('close', () => {
    if (!incoming.readableEnded) gunzipStream.destroy(new ClientClosedError());
  });
  try {
    return await collect(gunzipStream, limits, 0);
  } catch (error) {
    if (error instanceof RequestError || error instanceof ClientClosedError) throw error;
    throw new RequestError(
      'INVALID_COMPRESSION',
      'Expected a complete gzip stream as Content-Encoding says, but it cannot be decompressed. Send it again, or send the body uncompressed.',
      { cause: error },
    );
  } finally {
    incoming.unpipe(gunzipStream);
    gunzipStream.destroy();
  }
}

/** First room for a body of unknown length; the usual size of what comes from a socket at once. */
const FIRST_ROOM_BYTES = 65_536;

/** Gathers the stream into one buffer of its own; with `expectedBytes` known each byte is copied once, from the socket's memory. */
function collect(stream: Readable, limits: BodyLimits, expectedBytes: number): Promise<Uint8Array> {
  const { maxBytes, timeoutMs, lease, pace } = limits;
  return new Promise((resolve, reject) => {
    if (!lease.grow(expectedBytes)) {
      reject(memoryFull());
      return;
    }
    let buffer = takeBytes(expectedBytes);
    let used = 0;
    const refuse = (error: Error): void => {
      finish();
      giveBack(buffer);
      // The rest is read and thrown away until the answer is out.
      stream.resume();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      const needed = used + chunk.byteLength;
      if (needed > maxBytes) {
        refuse(tooLarge(maxBytes, 'more'));
        return;
      }
      if (needed > buffer.byteLength) {
        const larger = Math.min(maxBytes, Math.max(needed, buffer.byteLength * 2, FIRST_ROOM_BYTES));
        if (!lease.grow(larger)) {
          refuse(memoryFull());
          return;
        }
        const before = buffer;
        buffer = takeBytes(larger);
        buffer.set(before.subarray(0, used));
        giveBack(before);
      }
      buffer.set(chunk, used);
      used = needed;
      pace.took(stream, chunk.byteLength);
      letGo(chunk);
    };
    const onEnd = (): void => {
      finish();
      lease.become(used);
      resolve(buffer.subarray(0, used));
    };
    const onError = (error: Error): void => {
      finish();
      // Node's word for a caller that closed its connection in the middle of the body.
      reject('code' in error && error.code === 'ECONNRESET' ? new ClientClosedError() : error);
    };
    const onClose = (): void => {
      finish();
      reject(new ClientClosedError());
    };
    const timer = setTimeout(() => refuse(tooSlow(timeoutMs, used)), timeoutMs);
    const finish = (): void => {
      clearTimeout(timer);
      pace.end(stream);
      stream.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      // A late error of an abandoned stream has no reader, and must not end the process.
      stream.on('error', () => {});
    };
    pace.begin(stream);
    stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

function memoryFull(): RequestError {
  return new RequestError(
    'BODY_MEMORY_FULL',
    'Expected room in the memory for bodies, but other calls fill it. Repeat the call after the seconds in Retry-After.',
    { retryAfterSeconds: 1 },
  );
}

function tooSlow(timeoutMs: number, came: number): RequestError {
  return new RequestError(
    'REQUEST_TIMEOUT',
    `Expected the whole body within ${timeoutMs} ms, but only ${came} bytes came. Repeat the call on a faster connection, or send fewer instances.`,
  );
}

function tooLarge(maxBytes: number, came: string): RequestError {
  return new RequestError(
    'BODY_TOO_LARGE',
    `Expected a body of at most ${maxBytes} bytes after decompression, got ${came}. Split the instances over several calls.`,
    {
      metadata: { maxBodyBytes: String(maxBytes) },
    },
  );
}

/** What a caller sent, short and printable. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
