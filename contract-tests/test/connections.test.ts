// Owns what callers do to their connections: leave in the middle, send several calls at once, send what is no HTTP. The
// server must go on serving, and a connection must never give one caller's bytes to another call.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readContract } from '../src/contract.ts';
import { type FakeStorage, startFakeStorage } from '../src/fake-storage.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { checkAlive } from '../src/target.ts';
import { wavFile } from '../src/wav-file.ts';

const PATH = profiles['default']?.path ?? '';
const recorder = createRecorder(await readContract(ALGORITHM));
let storage: FakeStorage;
let server: ServerProcess;
beforeAll(async () => {
  storage = await startFakeStorage({ clip: wavFile({}) });
  server = await startReadyServer({
    args: ['--max-body-bytes', '300000', '--max-queue', '64'],
    env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await storage[Symbol.asyncDispose]();
});

async function open(): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

/** The text of one request; `length` may claim more than the body has. */
function request(body: string, { length = Buffer.byteLength(body), path = PATH, more = '' } = {}): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${SERVER_TOKEN}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n${body}`
  );
}

/** All that comes until the server closes the connection or `enough` matches. */
async function receive(socket: Socket, enough?: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (enough?.test(text)) break;
  }
  return text;
}

function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

const stillServing = () =>
  checkAlive({ url: server.url, token: SERVER_TOKEN, path: PATH, recorder, secrets: [SERVER_TOKEN] });

const goneCalls = () => server.log().filter(({ reason }) => reason === 'CLIENT_CLOSED_REQUEST').length;

describe('a caller that goes away', () => {
  test.each([
    { name: 'behind the head', sent: request('', { length: 1000 }) },
    { name: 'in the middle of the body', sent: request('{"instances":[{"input_array":[0.1,', { length: 100_000 }) },
    {
      name: 'in the middle of a chunk',
      sent: request('', { more: 'Transfer-Encoding: chunked\r\n' })
        .replace(/Content-Length.*\r\n/, '')
        .concat('ffff\r\n{"inst'),
    },
    {
      name: 'in the middle of a compressed body',
      sent: request('\x1f\x8b\x08', { length: 1000, more: 'Content-Encoding: gzip\r\n' }),
    },
    {
      name: 'while its clip is fetched',
      sent: request('{"instances":[{"gcs_uri":"gs://contract-tests/held.wav"}]}'),
      held: true,
    },
  ])('$name is noted, and the server goes on', async ({ sent, held }) => {
    const before = goneCalls();
    const socket = await open();
    socket.on('error', () => {});
    socket.write(sent, 'latin1');
    // Long enough under way that the call has begun: its connection answers no sooner.
    if (held) await storage.holding(1);
    else await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await expect.poll(goneCalls, { timeout: 3_000 }).toBe(before + 1);
    expect(await stillServing()).toEqual([]);
  });
});

describe('several calls on one connection', () => {
  const good = '{"instances":[{}]}';

  test('an error between good calls hurts none of them', async () => {
    const socket = await open();
    const last = request(good, { more: 'Connection: close\r\n' });
    socket.write(request(good) + request('{') + request(good, { more: 'Content-Encoding: gzip\r\n' }) + last);
    expect(statuses(await receive(socket))).toEqual([200, 400, 400, 200]);
  });

  test('a body that is refused unread is never taken for the next call', async () => {
    const smuggled = request(good, { path: '/health/live' });
    const socket = await open();
    socket.on('error', () => {});
    socket.write(request(smuggled, { path: '/nothing', length: 5000 }));
    const answer = await receive(socket);
    expect(statuses(answer)).toEqual([404]);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(await stillServing()).toEqual([]);
  });

  test('a body that is too large ends the connection behind its answer', async () => {
    const socket = await open();
    socket.on('error', () => {});
    socket.write(request('{', { length: 300_001 }));
    const answer = await receive(socket);
    expect(statuses(answer)).toEqual([413]);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  });

  test('a client that waits for 100 Continue gets it, then the answer', async () => {
    const socket = await open();
    socket.write(request('', { length: good.length, more: 'Expect: 100-continue\r\nConnection: close\r\n' }));
    socket.once('data', () => socket.write(good));
    expect(statuses(await receive(socket))).toEqual([100, 200]);
  });
});

// A server that closes while bytes are under way makes TCP throw away its answer (RFC 9112, section 9.6), and many clients
// read nothing before they have sent all.
describe('a large body that is refused gets its answer', () => {
  const size = 3_000_000;
  test.each([
    { name: 'too large, by its length', sent: request('', { length: size }), want: 413 },
    {
      name: 'too large, in chunks',
      sent: `${request('', { more: 'Transfer-Encoding: chunked\r\n' }).replace(/Content-Length.*\r\n/, '')}${size.toString(16)}\r\n`,
      tail: '\r\n0\r\n\r\n',
      want: 413,
    },
    { name: 'wrong token', sent: request('', { length: size }).replace(SERVER_TOKEN, 'x'.repeat(20)), want: 401 },
    { name: 'unknown endpoint', sent: request('', { length: size, path: PATH.replace(ALGORITHM, 'x') }), want: 404 },
    { name: 'media type', sent: request('', { length: size }).replace('application/json', 'text/plain'), want: 415 },
  ])('$name', async ({ sent, tail = '', want }) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port) });
    // Before the connection stands, or Node reads ahead.
    socket.pause();
    const failed = once(socket, 'error').then(([error]) => String(error));
    socket.write(sent.replace('Host: test', 'Host: test\r\nConnection: close'));
    for (let at = 0; at < size; at += size / 30) {
      socket.write(' '.repeat(size / 30));
      // Slow enough that the server has answered long before the end, as over any real line.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (tail !== '') socket.write(tail);
    const got = await Promise.race([receive(socket).then(statuses), failed]);
    socket.destroy();
    expect(got).toEqual([want]);
  });
});

test('a client that offers HTTP/2 in passing, as Java does, is answered in HTTP/1.1', async () => {
  const offer =
    'Connection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n';
  const socket = await open();
  socket.write(request('{"instances":[{}]}', { more: offer }));
  expect(statuses(await receive(socket))).toEqual([200]);
});

describe('what is no HTTP', () => {
  test.each([
    { name: 'noise', sent: '\x00\x01\x02\r\n\r\n', want: [400] },
    { name: 'a TLS greeting', sent: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', want: [400] },
    {
      name: 'a head that is too large',
      sent: `GET /health HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      want: [431],
    },
    {
      name: 'two lengths of the body',
      sent: request('{}', { more: 'Transfer-Encoding: chunked\r\n' }),
      want: [400],
    },
    { name: 'no Host', sent: 'GET /health HTTP/1.1\r\n\r\n', want: [400] },
    {
      name: 'a Host that is none',
      sent: 'GET /health/live HTTP/1.1\r\nHost: a b/\\?#@:x\r\nConnection: close\r\n\r\n',
      want: [404],
    },
    {
      name: 'an absolute address',
      sent: 'GET http://elsewhere.example/health/live HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n',
      want: [200],
    },
    {
      name: 'OPTIONS *',
      sent: 'OPTIONS * HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n',
      want: [404],
    },
  ])('$name', async ({ sent, want }) => {
    const socket = await open();
    socket.on('error', () => {});
    socket.write(sent, 'latin1');
    expect(statuses(await receive(socket))).toEqual(want);
    expect(await stillServing()).toEqual([]);
  });
});

test('none of this is a bug in the log', () => {
  expect(server.log().filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
