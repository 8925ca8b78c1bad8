// Owns one call on the wire with the manners of its caller: prompt, slow, or gone before the answer. Must not know what is asked.
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Wire {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Sends the body in so many pieces with a pause of `pauseMs` before each, and reads the answer as slowly. */
  readonly pieces?: number;
  readonly pauseMs?: number;
  /** Closes the connection so long after the head went out, whatever has come. */
  readonly leaveAfterMs?: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Longer than any limit of the server: a call that takes longer hangs. */
const HANG_LIMIT_MS = 90_000;

/** Kept connections, as most callers have them. */
const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });

/** The answer, or undefined when the caller left before it. Rejects when the connection breaks. */
export async function exchange(origin: string, wire: Wire): Promise<Reply | undefined> {
  const { method = 'POST', path, headers, body, pieces = 1, pauseMs = 0, leaveAfterMs } = wire;
  const outgoing = request(`${origin}${path}`, {
    method,
    agent,
    headers: { ...(body !== undefined && { 'content-length': String(body.byteLength) }), ...headers },
  });
  const hang = setTimeout(() => outgoing.destroy(new Error('no answer in time')), HANG_LIMIT_MS);
  const answer = new Promise<Reply>((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => void read(incoming, pauseMs).then(resolve, reject));
  });
  // Looked at below; a connection that breaks while the body is still sent must not go unhandled meanwhile.
  answer.catch(() => {});
  let left = false;
  try {
    outgoing.flushHeaders();
    const leaving =
      leaveAfterMs === undefined
        ? undefined
        : setTimeout(() => {
            left = true;
            outgoing.destroy();
          }, leaveAfterMs);
    const step = Math.ceil((body?.byteLength ?? 0) / pieces);
    for (let at = 0; body !== undefined && at < body.byteLength; at += step) {
      if (pauseMs > 0) await sleep(pauseMs);
      if (outgoing.destroyed) break;
      outgoing.write(body.subarray(at, at + step));
    }
    outgoing.end();
    const reply = await answer;
    clearTimeout(leaving);
    return reply;
  } catch (error) {
    if (left) return undefined;
    throw error;
  } finally {
    clearTimeout(hang);
  }
}

/** Ends the kept connections. */
export function closeConnections(): void {
  agent.destroy();
}

async function read(incoming: IncomingMessage, pauseMs: number): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk);
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) };
}
