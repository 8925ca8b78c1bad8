// Owns how a request's body comes from the socket into memory: media type, encoding, and a cap that holds after
// decompression too. Must not know what the bytes mean.
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ClientClosedError, RequestError } from '../errors.ts';
import type { Incoming } from './operation.ts';

/**
 * Reads a body of at most `maxBytes` bytes. Throws RequestError: UNSUPPORTED_ENCODING, BODY_TOO_LARGE, INVALID_COMPRESSION;
 * ClientClosedError when the caller goes away in the middle.
 */
export async function readBody(incoming: Incoming, maxBytes: number): Promise<Uint8Array> {
  const encoding = (incoming.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const length = Number(incoming.headers['content-length'] ?? Number.NaN);
  if (length > maxBytes) throw tooLarge(maxBytes, `${length} bytes`);
  if (encoding === 'identity') return collect(incoming, maxBytes, Number.isNaN(length) ? 0 : length);
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzip(incoming, maxBytes);
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

async function gunzip(incoming: Incoming, maxBytes: number): Promise<Uint8Array> {
  const gunzipStream = createGunzip();
  incoming.pipe(gunzipStream);
  // pipe() does not carry an abort over, and the collector would wait for ever. An HTTP/2 request is `complete` then, too.
  incoming.once('close', () => {
    if (!incoming.readableEnded) gunzipStream.destroy(new ClientClosedError());
  });
  try {
    return await collect(gunzipStream, maxBytes, 0);
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

/** Gathers the stream into one buffer of its own; with `expectedBytes` known nothing is copied twice. */
function collect(stream: Readable, maxBytes: number, expectedBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let buffer = new Uint8Array(expectedBytes);
    let used = 0;
    const onData = (chunk: Buffer): void => {
      const needed = used + chunk.byteLength;
      if (needed > maxBytes) {
        finish();
        // The rest is read and thrown away by Node until the answer is out.
        stream.resume();
        reject(tooLarge(maxBytes, 'more'));
        return;
      }
      if (needed > buffer.byteLength) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(needed, buffer.byteLength * 2, 65_536)));
        larger.set(buffer.subarray(0, used));
        buffer = larger;
      }
      buffer.set(chunk, used);
      used = needed;
    };
    const onEnd = (): void => {
      finish();
      resolve(used === buffer.byteLength ? buffer : buffer.slice(0, used));
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
    const finish = (): void => {
      stream.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      // A late error of an abandoned stream has no reader, and must not end the process.
      stream.on('error', () => {});
    };
    stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
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
