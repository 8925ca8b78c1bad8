// Owns the life of one mock: compile the contracts, listen, close. Knows no process: arguments and signals belong to main.ts.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RunningMock {
  /** `http://host:port`, with the port that was really taken. */
  readonly url: string;
  /** Takes no new calls and waits for those under way, at most `limitMs`. */
  close(limitMs: number): Promise<void>;
}

/** Listens and hands each call to `answer`. Rejects with the listen error. */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  answer: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): Promise<RunningMock> {
  const server = createServer((incoming, outgoing) => {
    // Reading the head, the pages and the proxy may still fail; a caller must not wait for ever then.
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  // A server that listens on a TCP port has an AddressInfo.
  const { port: taken } = server.address() as AddressInfo;
  const shownHost = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    url: `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${taken}`,
    async close(limitMs) {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), limitMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
