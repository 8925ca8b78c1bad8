// Owns the proof that a caller who does not take its answers loses its place, in both versions of HTTP, and nobody else does.
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, expect, test } from 'vitest';
import { makeCertificate } from '../../../contract-tests/src/certificate.ts';
import { createListener, type Listener, type TlsPair } from '../../src/http/listener.ts';

/** Far more than lies between two sockets of one machine. */
const LARGE = Buffer.alloc(32 * 1024 * 1024, 'x');
const LIMIT_MS = 400;

let listener: Listener;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await listener.close();
});

async function start({ tls, limitMs = LIMIT_MS }: { tls?: TlsPair; limitMs?: number } = {}): Promise<number> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/large', (c) => c.body(LARGE));
  app.get('/large-for-a-stream', (c) => c.body(LARGE.subarray(0, 1024 * 1024)));
  app.get('/late', async (c) => {
    await delay(3 * LIMIT_MS);
    return c.text('late');
  });
  app.get('/small', (c) => c.text('small'));
  listener = createListener({
    app,
    hostname: '127.0.0.1',
    ...(tls && { tls }),
    limits: { maxConnections: 2, headerTimeoutMs: 10_000, bodyTimeoutMs: limitMs, keepAliveTimeoutMs: LIMIT_MS },
    onRefusal: () => {},
    onDrop: () => {},
  });
  return listener.listen(0, '127.0.0.1');
}

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  ends.push(() => socket.destroy());
  return socket;
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

/** Resolves once the other side has ended the connection, without reading what it sent before. */
async function cutOff(socket: Socket): Promise<void> {
  // Only whoever writes learns of it: what lies unread hides the end.
  while (!socket.destroyed) {
    socket.write(get('/small'));
    await delay(50);
  }
}

test('an answer that is not read ends its connection, whose place is free again', async () => {
  const port = await start();
  const [first, second] = [open(port), open(port)];
  for (const socket of [first, second]) {
    socket.pause();
    socket.write(get('/large'));
  }
  await Promise.all([cutOff(first), cutOff(second)]);
  const third = open(port);
  third.write(get('/small', 'Connection: close\r\n'));
  expect(String(await third.setEncoding('utf8').toArray())).toMatch(/^HTTP\/1\.1 200 [\s\S]*small$/);
});

test('an answer that is computed for long, and those that wait behind it, are not given up', async () => {
  const socket = open(await start());
  socket.write(get('/late') + get('/small', 'Connection: close\r\n'));
  const text = String(await socket.setEncoding('utf8').toArray());
  expect(text).toContain('late');
  expect(text).toContain('small');
});

test('an answer that is read in time is whole, however large', async () => {
  const socket = open(await start({ limitMs: 30_000 }));
  socket.write(get('/large', 'Connection: close\r\n'));
  let bytes = 0;
  for await (const chunk of socket) bytes += chunk.length;
  expect(bytes).toBeGreaterThan(LARGE.byteLength);
});

test('over HTTP/2 a stream that is not read ends, and the others of its connection go on', async () => {
  const pair = await makeCertificate();
  const session = connectHttp2(`https://127.0.0.1:${await start({ tls: pair })}`, { ca: pair.cert });
  ends.push(() => session.destroy());
  const unread = session.request({ ':path': '/large-for-a-stream' });
  unread.on('error', () => {});
  const late = session.request({ ':path': '/late' });
  let text = '';
  late.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await Promise.all([once(unread, 'close'), once(late, 'close')]);
  expect(text).toBe('late');
});

/** Passes bytes on to a port, but none back once `stop` was called. */
async function oneWay(port: number): Promise<{ server: Server; port: number; stop(): void; ended: Promise<unknown> }> {
  const { promise: ended, resolve } = Promise.withResolvers<unknown>();
  let back: Socket | undefined;
  const server = createServer((socket) => {
    back = connect(port, '127.0.0.1');
    back.on('error', () => {}).once('close', resolve);
    socket.on('error', () => {});
    socket.pipe(back);
    back.on('data', (chunk) => socket.write(chunk));
    ends.push(() => {
      socket.destroy();
      back?.destroy();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  return { server, port: address.port, stop: () => void back?.pause(), ended };
}

test('an HTTP/2 connection of which nothing is read ends as a whole', async () => {
  const pair = await makeCertificate();
  const port = await start({ tls: pair });
  const between = await oneWay(port);
  const session = connectHttp2(`https://127.0.0.1:${between.port}`, {
    ca: pair.cert,
    settings: { initialWindowSize: 2 ** 31 - 1 },
  });
  session.on('error', () => {});
  ends.push(() => session.destroy());
  await once(session, 'remoteSettings');
  session.setLocalWindowSize(2 ** 31 - 1);
  const first = session.request({ ':path': '/small' });
  first.resume();
  await once(first, 'close');
  between.stop();
  session.request({ ':path': '/large' }).on('error', () => {});
  // Its place is free: two others fit beside it no more.
  await expect
    .poll(
      async () => {
        const sockets = [open(port), open(port)];
        const dropped = await Promise.all(sockets.map((socket) => Promise.race([once(socket, 'close'), delay(200)])));
        for (const socket of sockets) socket.destroy();
        return dropped.filter((end) => end !== undefined).length;
      },
      { timeout: 15_000, interval: 300 },
    )
    .toBe(0);
});
