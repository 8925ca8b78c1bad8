// Owns passing one call on to a server and its answer back, byte for byte as they come, with a copy of both for whoever checks
// them. Must not know the contract.
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CORS_HEADERS } from '../http/cors.ts';

/** One message as it went over the wire. */
export interface Copy {
  readonly headers: IncomingHttpHeaders;
  /** Undefined when it was longer than what is copied. */
  readonly body: Buffer | undefined;
}

export interface Exchange {
  readonly request: Copy;
  readonly response: Copy & { readonly status: number };
}

/** The server could not be reached, or broke off; `answered` tells whether its head had come. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly answered: boolean;

  constructor(message: string, answered: boolean, cause: unknown) {
    super(message, { cause });
    this.answered = answered;
  }
}

/** Headers of one connection alone (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** Resolves when the answer is out. Copies at most `maxCopyBytes` of each body. Throws UpstreamError. */
export async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { upstream, maxCopyBytes }: { readonly upstream: URL; readonly maxCopyBytes: number },
): Promise<Exchange> {
  const sent = new Tap(maxCopyBytes);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = upstream.protocol === 'https:' ? requestHttps : requestHttp;
    const onward = request({
      hostname: upstream.hostname.replace(/^\[|\]$/g, ''),
      port: upstream.port,
      method: incoming.method,
      path: upstream.pathname.replace(/\/$/, '') + (incoming.url ?? '/'),
      headers: { ...endToEnd(incoming), host: upstream.host },
    });
    onward.once('response', resolve);
    onward.once('error', (error) =>
      reject(new UpstreamError('The server cannot be reached or broke off.', false, error)),
    );
    outgoing.once('close', () => onward.destroy());
    // A server may answer before it has read everything; its answer counts then, and the rest goes nowhere.
    pipeline(incoming, sent.passing(), onward).catch(() => {});
  });
  const received = new Tap(maxCopyBytes);
  outgoing.writeHead(response.statusCode ?? 502, { ...CORS_HEADERS, ...endToEnd(response) });
  try {
    await pipeline(response, received.passing(), outgoing);
  } catch (error) {
    outgoing.destroy();
    throw new UpstreamError('The server broke off in the middle of its answer.', true, error);
  }
  return {
    request: { headers: incoming.headers, body: sent.copy() },
    response: { status: response.statusCode ?? 0, headers: response.headers, body: received.copy() },
  };
}

/** The headers that are meant for the other end, several of one name included. */
function endToEnd({ headersDistinct, headers }: IncomingMessage): Record<string, string | string[]> {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headersDistinct).flatMap(([name, values = []]) => {
      const isForOneConnection = HOP_BY_HOP.includes(name) || named.includes(name);
      const [only] = values;
      if (isForOneConnection || only === undefined) return [];
      return [[name, values.length === 1 ? only : values] as const];
    }),
  );
}

/** Copies what passes, until it is too much. */
class Tap {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** A stage of a pipeline. */
  passing(): (source: Readable) => AsyncGenerator<Buffer> {
    const note = (chunk: Buffer) => this.#note(chunk);
    return async function* (source) {
      for await (const chunk of source) {
        note(chunk);
        yield chunk;
      }
    };
  }

  copy(): Buffer | undefined {
    return this.#bytes > this.#maxBytes ? undefined : Buffer.concat(this.#chunks);
  }

  #note(chunk: Buffer): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#maxBytes) this.#chunks = [];
    else this.#chunks.push(chunk);
  }
}
