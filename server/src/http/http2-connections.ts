// Owns how long HTTP/2 connections stay: each as long as it has calls, or had one a short while ago. Must not know what is called.
import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

export class Http2Connections {
  readonly #idleLimitMs: number;
  readonly #sessions = new Set<ServerHttp2Session>();

  /**
   * @param idleLimitMs how long a connection without calls stays. What else comes on it, such as a head that drips or a PING, does not
   *   count. Node's own timeout of a session also runs out while a call is computed for long.
   */
  constructor(idleLimitMs: number) {
    this.#idleLimitMs = idleLimitMs;
  }

  /** To be called when the session begins. `socket` is that of TCP, below TLS. */
  add(session: ServerHttp2Session, socket: Socket | undefined): void {
    this.#sessions.add(session);
    let calls = 0;
    const idle = setTimeout(() => {
      if (calls > 0) return;
      // A session that was to end and is still there cannot get its last words out, not even when it is destroyed.
      if (session.closed) socket?.destroy();
      session.close();
      idle.refresh();
    }, this.#idleLimitMs).unref();
    session.on('stream', (stream) => {
      calls += 1;
      stream.once('close', () => {
        calls -= 1;
        if (calls === 0 && !session.destroyed) idle.refresh();
      });
    });
    session.once('close', () => {
      clearTimeout(idle);
      this.#sessions.delete(session);
    });
  }

  /** GOAWAY: streams that were begun are answered, then the connection ends (RFC 9113, section 6.8). */
  end(): void {
    for (const session of this.#sessions) session.close();
  }
}
