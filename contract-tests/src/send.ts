// Owns one request on the wire, odd ones included, and the answer as it came. Checks nothing and knows no contract: who watches is told
// of every answer.
import * as http from 'node:http';
import * as https from 'node:https';

export interface WireRequest {
  readonly method: string;
  /** As it goes into the request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** Sends the body without a Content-Length. */
  readonly chunked?: boolean | undefined;
}

export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface SendOptions {
  readonly agent?: http.Agent;
  /** PEM of the certificate that is trusted, for https. */
  readonly ca?: string;
  readonly signal?: AbortSignal;
  /** The caller holds the answer to the contract itself. */
  readonly judged?: boolean;
}

/** Throws for an answer that it does not accept. */
export type Watcher = (url: string, wire: WireRequest, answer: Answer) => Promise<void>;

let watcher: Watcher | undefined;

/** From now on every answer is shown to it, unless its caller judges it. */
export function watchAnswers(newWatcher: Watcher): void {
  watcher = newWatcher;
}

/** Far above the slowest answer of a loaded machine: a call that takes longer hangs. */
const HANG_LIMIT_MS = 30_000;
const CHUNK_BYTES = 16_384;

/**
 * Sends one request, on a connection of its own unless an agent is given. Rejects when no answer comes, and when the one who watches
 * does not accept it.
 */
export async function send(url: string, wire: WireRequest, options: SendOptions = {}): Promise<Answer> {
  const answer = await exchange(url, wire, options);
  if (options.judged !== true) await watcher?.(url, wire, answer);
  return answer;
}

function exchange(url: string, wire: WireRequest, options: SendOptions): Promise<Answer> {
  const { body, chunked = false } = wire;
  const { protocol, hostname, port } = new URL(url);
  const { Agent, request } = protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      method: wire.method,
      path: wire.path,
      headers:
        body === undefined || chunked ? wire.headers : { 'Content-Length': String(body.byteLength), ...wire.headers },
      agent: options.agent ?? new Agent(options.ca === undefined ? {} : { ca: options.ca }),
      signal: AbortSignal.any([AbortSignal.timeout(HANG_LIMIT_MS), ...(options.signal ? [options.signal] : [])]),
    });
    let answered = false;
    outgoing.on('response', (incoming) => {
      answered = true;
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(', ') : (value ?? ''),
          ]),
        );
        resolve({ status: incoming.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
      });
    });
    // A server may answer and close while the body is still being sent; what counts is its answer.
    outgoing.on('error', (error) => {
      if (!answered) reject(error);
    });
    if (body !== undefined) {
      for (let at = 0; at < body.byteLength; at += CHUNK_BYTES) outgoing.write(body.subarray(at, at + CHUNK_BYTES));
    }
    outgoing.end();
  });
}
