// Owns which answers are not out yet, and the end of connections whose caller does not take them: each would hold its place among the
// connections, and its answers in memory, for as long as the caller likes. Must not know what is answered.
import type { ServerResponse } from 'node:http';
import { constants, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';

type AnyResponse = ServerResponse | Http2ServerResponse;

/** Looked at this often within the limit, so that it is passed by a quarter at most. */
const LOOKS_PER_LIMIT = 4;

export class AnswerWatch {
  readonly #limitMs: number;
  readonly #open = new Set<AnyResponse>();
  /** When an answer was first seen to be under way. */
  readonly #begunAtMs = new WeakMap<AnyResponse, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param limitMs how long a caller may take for one whole answer, from the moment at which it is on its way */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#timer = setInterval(() => this.#look(performance.now()), limitMs / LOOKS_PER_LIMIT).unref();
  }

  /** To be called before the answer begins. */
  add(outgoing: AnyResponse): void {
    this.#open.add(outgoing);
    outgoing.once('close', () => this.#open.delete(outgoing));
  }

  /** The last answer of each HTTP/1 connection that is not out; those before it are written before it. */
  lastOfConnections(): Iterable<ServerResponse> {
    const lasts = new Map<Socket, ServerResponse>();
    for (const outgoing of this.#open) if (!('stream' in outgoing)) lasts.set(outgoing.req.socket, outgoing);
    return lasts.values();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(nowMs: number): void {
    for (const outgoing of this.#open) {
      // One that is still computed is late for other reasons, and so is one that waits behind it on the same connection: it has no socket.
      if (!outgoing.headersSent || outgoing.socket === null) continue;
      const begunAtMs = this.#begunAtMs.get(outgoing);
      if (begunAtMs === undefined) this.#begunAtMs.set(outgoing, nowMs);
      else if (nowMs - begunAtMs >= this.#limitMs) abandon(outgoing);
    }
  }
}

/** Over HTTP/2 the other calls of the connection go on. */
function abandon(outgoing: AnyResponse): void {
  if (!('stream' in outgoing)) {
    outgoing.socket?.destroy();
    return;
  }
  const { stream } = outgoing;
  stream.close(constants.NGHTTP2_CANCEL);
  // Where the connection is stuck as a whole that word stays inside, and the stream with it.
  stream.destroy();
}
