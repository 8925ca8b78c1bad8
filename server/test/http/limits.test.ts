// Owns the proof that no caller can hold or flood the server: slow, half, many and oversized requests over real sockets, each with
// the answer that it gets in the contract's form.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../../contract-tests/src/certificate.ts';
import { startStorageServer } from '../storage-server.ts';
import { firstSamples, steppedEngine, workingEngine } from '../support/engines.ts';
import { startTestService, type TestService, type TestServiceOptions, TOKEN } from '../support/test-service.ts';

const PREDICT = '/v1/projects/demo/locations/us-central1/endpoints/hear:predict';
const BODY = '{"instances":[{}]}';

let service: TestService;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await service.close();
});

async function start(options: TestServiceOptions = {}): Promise<void> {
  service = await startTestService({ algorithm: 'hear', ...options });
}

async function open(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(service.url).port), allowHalfOpen: true });
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Sends `text` and gives all that comes until the server ends the connection. */
async function raw(text: string): Promise<string> {
  const socket = await open();
  socket.write(text, 'latin1');
  return read(socket);
}

async function read(socket: Socket, onAnswer = () => {}): Promise<string> {
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
    onAnswer();
  });
  if (!socket.closed) await Promise.race([once(socket, 'end'), once(socket, 'close')]);
  return answer;
}

const head = (length: number | 'chunked', more = '') =>
  `POST ${PREDICT} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\n${
    length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  }\r\n${more}\r\n`;

const health = async () => (await fetch(`${service.url}/health/live`)).status;

/** An answer in the contract's form, and nothing behind it. */
function expectAnswer(answer: string, status: number, reason: string): void {
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  const [top = '', text = ''] = answer.split('\r\n\r\n');
  expect(top.toLowerCase()).toContain('x-request-id: ');
  expect(top.toLowerCase()).toContain('connection: close');
  // What the text holds is what this checks.
  const { error } = JSON.parse(text) as { error: { code: number; message: string; details: [{ reason: string }] } };
  expect([error.code, error.details[0].reason]).toEqual([status, reason]);
  expect(error.message.length).toBeGreaterThan(20);
}

describe('slow requests', () => {
  test.each([
    { name: 'no byte at all', sent: '' },
    { name: 'half a head', sent: 'POST /x HTTP/1.1\r\nHost: te' },
  ])('$name is a 408 after the header timeout, however often a byte more comes', async ({ sent }) => {
    await start({ connections: { headerTimeoutMs: 200 } });
    const socket = await open();
    socket.write(sent);
    const drip = setInterval(() => sent !== '' && socket.write('x'), 50);
    const answer = await read(socket);
    clearInterval(drip);
    expectAnswer(answer, 408, 'REQUEST_TIMEOUT');
    expect(service.refused).toEqual(['REQUEST_TIMEOUT']);
    expect(await health()).toBe(200);
  });

  test.each([
    { name: 'of a known length', top: head(1000), drop: ' ' },
    { name: 'in chunks', top: head('chunked'), drop: '1\r\n \r\n' },
    { name: 'compressed', top: head(1000, 'Content-Encoding: gzip\r\n'), drop: '\x1f' },
  ])('a body $name that drips is a 408 after the body timeout, and its memory is free', async ({ top, drop }) => {
    await start({ limits: { bodyTimeoutMs: 200 } });
    const socket = await open();
    socket.write(top);
    const drip = setInterval(() => socket.writable && socket.write(drop, 'latin1'), 150);
    // Only whoever goes on dripping is told before the end of its body.
    const answer = await read(socket, () => clearInterval(drip));
    // A drip of two bytes of gzip is no stream; whichever of the two shows first, the caller is refused.
    if (answer.includes('INVALID_COMPRESSION')) expectAnswer(answer, 400, 'INVALID_COMPRESSION');
    else expectAnswer(answer, 408, 'REQUEST_TIMEOUT');
    expect(service.bodyMemory.heldBytes).toBe(0);
  });

  test('a refused body that is long in coming is refused at once, and may come to its end', async () => {
    await start();
    const socket = await open();
    const top = head(200_000).replace(TOKEN, 'another');
    socket.write(`${top}x`);
    let pieces = 0;
    let piecesBeforeAnswer: number | undefined;
    const drip = setInterval(() => {
      pieces += 1;
      socket.write('x'.repeat(20_000));
      if (pieces === 10) clearInterval(drip);
    }, 100);
    const answer = await read(socket, () => {
      piecesBeforeAnswer ??= pieces;
    });
    expectAnswer(answer, 401, 'INVALID_TOKEN');
    expect(piecesBeforeAnswer).toBeLessThan(10);
    expect(pieces).toBe(10);
  });

  test('a refused body that has come soon leaves its connection open for the next call', async () => {
    await start();
    const socket = await open();
    // More than comes with the head.
    const body = 'x'.repeat(200_000);
    const next = 'GET /health/live HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n';
    socket.write(`${head(body.length).replace(TOKEN, 'another')}${body}${next}`);
    const answer = await read(socket);
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['401', '200']);
  });

  test('a body that nobody reads is not waited for longer than a second', async () => {
    await start();
    const answer = await raw(`GET /health/live HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\nx`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i);
  });
});

test('the sound of fetched files counts as memory for bodies until the call is answered', async () => {
  const storage = await startStorageServer();
  try {
    storage.put('clips', 'a.wav', await readFile('fixtures/hear/cough-like-16khz-s16.wav'));
    const heldBytes: number[] = [];
    const engine = workingEngine((row) => {
      heldBytes.push(service.bodyMemory.heldBytes);
      return firstSamples(row);
    });
    await start({ engine, emulatorHost: storage.origin });
    const body = JSON.stringify({ instances: [{ gcs_uri: 'gs://clips/a.wav' }, { gcs_uri: 'gs://clips/a.wav' }] });
    const { status } = await fetch(`${service.url}${PREDICT}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
      body,
    });
    expect([status, heldBytes]).toEqual([200, [256_000, 256_000]]);
    expect(service.bodyMemory.heldBytes).toBe(0);
  } finally {
    await storage.close();
  }
});

describe('half-open and idle connections', () => {
  test('a connection without calls is ended after the keep-alive timeout', async () => {
    await start({ connections: { keepAliveTimeoutMs: 100 } });
    const answer = await raw('GET /health/live HTTP/1.1\r\nHost: test\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('an HTTP/2 connection without calls, too', async () => {
    const pair = await makeCertificate();
    await start({ tls: pair, connections: { keepAliveTimeoutMs: 100 } });
    const session = connectHttp2(service.url, { ca: pair.cert });
    await once(session, 'close');
  });

  test('an HTTP/2 connection with a call stays, however long that takes, and may have another', async () => {
    const pair = await makeCertificate();
    const { engine, step } = steppedEngine();
    await start({ tls: pair, engine, connections: { keepAliveTimeoutMs: 500 } });
    const session = connectHttp2(service.url, { ca: pair.cert });
    const statuses: unknown[] = [];
    for (const waitMs of [1000, 0]) {
      const stream = session.request({
        ':method': 'POST',
        ':path': PREDICT,
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
      });
      stream.on('response', (headers) => statuses.push(headers[':status']));
      stream.resume().end(JSON.stringify({ instances: [{ input_array: Array(32_000).fill(0) }] }));
      await delay(waitMs);
      step();
      await once(stream, 'close');
    }
    expect(statuses).toEqual([200, 200]);
    await once(session, 'close');
  });

  /** What a caller sends again and again behind its preface and settings, so that its connection is never silent. */
  const PING = Buffer.from([0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const UNFINISHED_HEAD = Buffer.from([0, 0, 255, 1, 4, 0, 0, 0, 1]);
  test.each([
    { name: 'one whose head drips', first: UNFINISHED_HEAD, drop: Buffer.from([0x82]) },
    { name: 'one that only pings', first: PING, drop: PING },
  ])('an HTTP/2 connection without calls is ended although it is not silent: $name', async ({ first, drop }) => {
    const pair = await makeCertificate();
    await start({ tls: pair, connections: { keepAliveTimeoutMs: 400 } });
    const socket = connectTls({ port: Number(new URL(service.url).port), ca: pair.cert, ALPNProtocols: ['h2'] });
    sockets.push(socket);
    socket.on('error', () => {}).resume();
    await once(socket, 'secureConnect');
    const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings, first]));
    const dripping = setInterval(() => socket.write(drop), 20);
    await once(socket, 'close');
    clearInterval(dripping);
  });

  test('a caller that ends its side and waits is answered', async () => {
    await start();
    const socket = await open();
    socket.end(head(BODY.length) + BODY);
    expect(await read(socket)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a TLS handshake that never comes is given up', async () => {
    await start({ tls: await makeCertificate(), connections: { headerTimeoutMs: 100 } });
    await read(await open());
  });
});

describe('floods', () => {
  test.each([
    { name: 'too many header fields', sent: `X: y\r\n`.repeat(200), want: 431 },
    { name: 'a header field that is too long', sent: `X: ${'y'.repeat(20_000)}\r\n`, want: 431 },
    { name: 'endless header fields', sent: `X: y\r\n`.repeat(10_000), want: 431 },
  ])('$name', async ({ sent, want }) => {
    await start();
    const answer = await raw(`GET /health/live HTTP/1.1\r\nHost: test\r\n${sent}\r\n`);
    expectAnswer(answer, want, 'HEADERS_TOO_LARGE');
    expect(service.refused).toEqual(['HEADERS_TOO_LARGE']);
  });

  test('a Host longer than any name is refused, and so never comes back in a link', async () => {
    await start();
    expectAnswer(await raw(`GET /health/live HTTP/1.1\r\nHost: ${'a'.repeat(260)}\r\n\r\n`), 431, 'HEADERS_TOO_LARGE');
  });

  test.each([
    { name: 'noise', sent: '\x00\x01\x02\r\n\r\n' },
    { name: 'two lengths', sent: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx' },
    { name: 'a chunk that is none', sent: `${head('chunked')}zz\r\n` },
  ])('$name is a 400 in the contract’s form', async ({ sent }) => {
    await start();
    expectAnswer(await raw(sent), 400, 'MALFORMED_HTTP');
    expect(service.bodyMemory.heldBytes).toBe(0);
  });

  test.each([
    { name: 'noise', more: '', behind: '\x00\x01\x02\r\n\r\n' },
    { name: 'a call on a connection that was to be closed', more: 'Connection: close\r\n', behind: head(2) },
  ])('$name behind calls costs none of them its answer, and is none itself', async ({ more, behind }) => {
    const { engine, step } = steppedEngine();
    await start({ engine });
    const clip = JSON.stringify({ instances: [{ input_array: new Array(32_000).fill(0.5) }] });
    const socket = await open();
    socket.write(head(clip.length) + clip + head(BODY.length, more) + BODY + behind, 'latin1');
    await expect.poll(() => engine.status().inFlight).toBe(1);
    // Long enough that all of it was read.
    for (let times = 0; times < 5; times += 1) await delay(20).then(() => socket.writable && socket.write('\x00'));
    const answer = read(socket);
    step();
    expect([...(await answer).matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual(['200', '200']);
    expect(service.refused).toEqual([]);
  });

  test.each([
    {
      name: 'a body whose rest cannot be read',
      sent: `${head('chunked')}2\r\n{"\r\nzz\r\n`,
      want: [400, 'MALFORMED_HTTP'],
    },
    { name: 'a body whose sender leaves', sent: `${head(1000)}{"`, end: true, want: [499, 'CLIENT_CLOSED_REQUEST'] },
  ])('$name is counted once, as what its caller saw', async ({ sent, end = false, want }) => {
    const counted: unknown[] = [];
    await start({ observer: { onAnswer: ({ status, facts }) => counted.push([status, facts.reason]) } });
    const socket = await open();
    socket.write(sent);
    if (end) socket.end();
    const answer = await read(socket);
    await expect.poll(() => counted).toEqual([want]);
    if (end) expect(answer).toBe('');
    else expectAnswer(answer, 400, 'MALFORMED_HTTP');
    expect(service.refused).toEqual([]);
    expect(service.logged.filter((line) => line.includes(`"status":${want[0]}`))).toHaveLength(1);
  });

  test('more connections than allowed are closed; those that stand are served, and a place that is free again is given', async () => {
    await start({ connections: { maxConnections: 2 } });
    const [first, second] = [await open(), await open()];
    const third = await open();
    await read(third);
    expect(service.refused).toContain('dropped');
    second.destroy();
    first.write('GET /health/live HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n');
    expect(await read(first)).toMatch(/^HTTP\/1\.1 200 /);
    await expect.poll(health).toBe(200);
  });

  test('pipelined calls are answered in order, one by one', async () => {
    await start();
    const socket = await open();
    const calls = 100;
    for (let index = 0; index < calls; index += 1) {
      const last = index === calls - 1 ? 'Connection: close\r\n' : '';
      const body = index % 2 === 0 ? BODY : '{';
      socket.write(head(body.length, `${last}X-Request-Id: call-${index}\r\n`) + body);
    }
    const answers = [...(await read(socket)).matchAll(/HTTP\/1\.1 (\d+)[\s\S]*?X-Request-Id: (\S+)/gi)];
    expect(answers.map(([, status, id]) => `${id} ${status}`)).toEqual(
      Array.from({ length: calls }, (_, index) => `call-${index} ${index % 2 === 0 ? 200 : 400}`),
    );
  });
});

describe('HTTP/2', () => {
  async function connectTo(): Promise<ClientHttp2Session> {
    const pair = await makeCertificate();
    await start({ tls: pair });
    const session = connectHttp2(service.url, { ca: pair.cert });
    session.on('error', () => {});
    await once(session, 'remoteSettings');
    return session;
  }

  test('the number of calls at once on one connection is bounded', async () => {
    const session = await connectTo();
    expect(session.remoteSettings.maxConcurrentStreams).toBe(128);
    session.destroy();
  });

  test('calls that are opened and cancelled without end cost the caller its connection', async () => {
    const session = await connectTo();
    const ended = new Promise((resolve) => session.once('close', resolve));
    for (let round = 0; round < 100 && !session.closed && !session.destroyed; round += 1) {
      for (let index = 0; index < 50 && !session.destroyed; index += 1) {
        const stream = session.request({ ':path': '/health/live' });
        stream.on('error', () => {});
        stream.close(constants.NGHTTP2_CANCEL);
      }
      await delay(1);
    }
    await ended;
    await expect.poll(() => service.calls.active).toBe(0);
  });

  test('a header list that is too long ends in no call', async () => {
    const session = await connectTo();
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-${index}`, 'y']));
    const stream = session.request({ ':path': '/health/live', ...many });
    await expect(once(stream, 'response')).rejects.toThrow();
    session.destroy();
  });

  test('an authority longer than any name is a 431', async () => {
    const session = await connectTo();
    const stream = session.request({ ':path': '/health/live', ':authority': 'a'.repeat(260) });
    const [headers] = await once(stream, 'response');
    expect(headers[':status']).toBe(431);
    session.destroy();
  });

  test('a body that drips is a 408', async () => {
    const pair = await makeCertificate();
    await start({ tls: pair, limits: { bodyTimeoutMs: 150 } });
    const session = connectHttp2(service.url, { ca: pair.cert });
    const stream = session.request(
      { ':method': 'POST', ':path': PREDICT, authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      { endStream: false },
    );
    stream.on('error', () => {});
    stream.write(' ');
    const [headers] = await once(stream, 'response');
    expect(headers[':status']).toBe(408);
    expect(service.bodyMemory.heldBytes).toBe(0);
    session.destroy();
  });
});
