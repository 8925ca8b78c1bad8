// Owns how an answer goes onto the socket: whole, slowly, or cut off in the middle. Must not know why.
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export interface Manner {
  /** Bytes of the body after which the connection is cut; 0 cuts it before the head. */
  readonly cutAfterBytes?: number;
  readonly bytesPerSecond?: number;
}

/** How often a slow answer goes on. */
const STEP_MS = 100;

/** Sends a whole answer with the body's length, so that a cut one can be told from a short one. */
export async function send(
  outgoing: ServerResponse,
  { status, headers, body }: { status: number; headers: Readonly<Record<string, string>>; body: Buffer },
  { cutAfterBytes, bytesPerSecond }: Manner = {},
): Promise<void> {
  if (cutAfterBytes === 0) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(status, { ...headers, 'Content-Length': String(body.byteLength) });
  if (cutAfterBytes !== undefined) {
    // At least one byte is kept back, or nothing would be cut.
    const part = body.subarray(0, Math.min(cutAfterBytes, body.byteLength - 1));
    await new Promise<void>((resolve) => outgoing.write(part, () => resolve()));
    outgoing.destroy();
    return;
  }
  if (bytesPerSecond !== undefined) {
    const step = Math.max(1, Math.round((bytesPerSecond * STEP_MS) / 1000));
    for (let at = 0; at < body.byteLength && !outgoing.destroyed; at += step) {
      outgoing.write(body.subarray(at, at + step));
      await wait((Math.min(step, body.byteLength - at) / bytesPerSecond) * 1000);
    }
    outgoing.end();
    return;
  }
  outgoing.end(body);
}
