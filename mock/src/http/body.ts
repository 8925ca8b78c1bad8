// Owns how a request's body comes from the socket into memory: media type, encoding, and a cap that holds after decompression
// too. Must not know what the bytes mean.
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CallFailure, shown } from '../failure.ts';

/** Longest wait for the rest of a refused body. */
const DISCARD_LIMIT_MS = 1_000;

/** The body's bytes, or why they are refused: the checks that come before the body's answer first. `accepted` are media types, any when undefined. */
export async function readBody(
  incoming: IncomingMessage,
  maxBytes: number,
  accepted: readonly string[] | undefined,
): Promise<Uint8Array | CallFailure> {
  const problem = headerProblem(incoming, maxBytes, accepted);
  if (problem !== undefined) return problem;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes, 'more');
      chunks.push(chunk);
    }
  };
  try {
    // Not pipeline for a plain body: it would destroy the socket on which the refusal is still to be sent.
    if (isGzip(incoming)) await pipeline(incoming.iterator({ destroyOnReturn: false }), createGunzip(), collect);
    else await collect(incoming.iterator({ destroyOnReturn: false }));
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof CallFailure) return error;
    if (!incoming.complete && incoming.destroyed) throw error;
    return new CallFailure(
      'INVALID_COMPRESSION',
      'Expected a complete gzip stream as Content-Encoding says, but it cannot be decompressed. Send it again, or uncompressed.',
    );
  }
}

/**
 * Reads and throws away what the caller still sends: closing a socket with unread bytes resets it, and the caller would see a
 * broken connection instead of the answer (RFC 9112, section 9.6).
 */
export async function discardBody(incoming: IncomingMessage): Promise<void> {
  if (incoming.complete || incoming.destroyed) return;
  const done = Promise.withResolvers<void>();
  const timer = setTimeout(done.resolve, DISCARD_LIMIT_MS);
  incoming.once('end', done.resolve).once('close', done.resolve).once('error', done.resolve);
  incoming.resume();
  await done.promise;
  clearTimeout(timer);
}

function headerProblem(
  { headers }: IncomingMessage,
  maxBytes: number,
  accepted: readonly string[] | undefined,
): CallFailure | undefined {
  const type = headers['content-type'];
  if (accepted !== undefined && !accepted.includes(type?.split(';', 1)[0]?.trim().toLowerCase() ?? '')) {
    const came = type === undefined ? 'none' : shown(type);
    return new CallFailure('UNSUPPORTED_MEDIA_TYPE', `Expected Content-Type: ${accepted.join(' or ')}, got ${came}.`);
  }
  const encoding = encodingOf(headers);
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding)) {
    return new CallFailure(
      'UNSUPPORTED_ENCODING',
      `Expected Content-Encoding identity or gzip, got ${shown(encoding)}. Send the body uncompressed or with gzip.`,
    );
  }
  const length = Number(headers['content-length'] ?? 0);
  return length > maxBytes ? tooLarge(maxBytes, `${length} bytes`) : undefined;
}

function isGzip({ headers }: IncomingMessage): boolean {
  return encodingOf(headers) !== 'identity';
}

function encodingOf(headers: IncomingMessage['headers']): string {
  return (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
}

export function tooLarge(maxBytes: number, came: string): CallFailure {
  return new CallFailure(
    'BODY_TOO_LARGE',
    `Expected a body of at most ${maxBytes} bytes after decompression, got ${came}. Split the instances over several calls.`,
    { metadata: { maxBodyBytes: String(maxBytes) } },
  );
}
