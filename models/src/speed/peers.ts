// Owns the other runtimes on the same weights, each a Python process that computes when it is told. Must not know what is compared.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Timing } from './timed-session.ts';

export const PEERS = ['pytorch', 'openvino', 'onnxruntime'] as const;
export type PeerName = (typeof PEERS)[number];

export interface Peer extends AsyncDisposable {
  readonly version: string;
  readonly embedding: Float32Array;
  /** One computation of so many clips. */
  run(rows: number): Promise<Timing>;
}

export interface PeerOptions {
  readonly python: string;
  /** The weights, as downloaded. */
  readonly folder: string;
  /** A file with one spectrogram in float32: the peers get it ready, their front end costs them nothing. */
  readonly spectrogram: string;
  /** A folder for whatever the peer has to write. */
  readonly scratch: string;
}

const program = fileURLToPath(new URL('../../reference/peers.py', import.meta.url));

/** @throws Error when the peer cannot be started, with the last line that it wrote. */
export async function startPeer(name: PeerName, options: PeerOptions): Promise<Peer> {
  const { python, folder, spectrogram, scratch } = options;
  const child = spawn(python, [program, name, folder, spectrogram, scratch], { stdio: 'pipe' });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // Writing to one that has ended is told by its end.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(
    ([code]) => `${stderr.trim().split('\n').at(-1) ?? ''} (exit ${code})`,
    (error: unknown) => `starting ${python} gave ${error instanceof Error && 'code' in error ? error.code : error}`,
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (!done) return JSON.parse(value);
    throw new Error(`The peer ${name} failed: ${await ended}.`);
  };
  // peers.py prints these members, in this order.
  const { version, embedding } = (await answer()) as { version: string; embedding: number[] };
  return {
    version,
    embedding: Float32Array.from(embedding),
    async run(rows) {
      child.stdin.write(`${rows}\n`);
      return (await answer()) as Timing;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
