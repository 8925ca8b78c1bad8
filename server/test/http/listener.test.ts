// Owns the proof that a request which is hardly HTTP gets an answer in the contract's form, and that rare forms of HTTP work in both versions.
import { once } from 'node:events';
import { connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeCertificate } from '../../../contract-tests/src/certificate.ts';
import { createListener } from '../../src/http/listener.ts';
import { startTestService, type TestService, TOKEN } from '../support/test-service.ts';

/** Far above what any of these needs. */
const LIMITS = { maxConnections: 10, headerTimeoutMs: 30_000, bodyTimeoutMs: 30_000, keepAliveTimeoutMs: 30_000 };

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

test.each([
  ['a host that is none', 'GET /health/live HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
  ['a target that is no path', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
])('%s is an error in the contract’s form, and is counted', async (_name, request) => {
  const before = service.refused.length;
  const answer = await raw(request);
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer).toContain('"reason":"ROUTE_NOT_FOUND"');
  expect(answer.toLowerCase()).toContain('x-request-id: ');
  expect(service.refused.slice(before)).toEqual(['ROUTE_NOT_FOUND']);
});

test('several Host headers are refused: a proxy in front may have gone by the other one', async () => {
  const answer = await raw('GET /health/live HTTP/1.1\r\nHost: a\r\nHOST: b\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"reason":"MALFORMED_HTTP"');
});

test('HTTP/1.0 without a host, as old load balancers send it, is answered', async () => {
  expect(await raw('GET /health/live HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 [\s\S]*"status":"ok"/);
});

const BODY = '{"instances":[{}]}';
const PREDICT = '/v1/projects/demo/locations/us-central1/endpoints/hear:predict';

test('an expectation that is unknown is ignored', async () => {
  const head = `POST ${PREDICT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\n`;
  const answer = await raw(`${head}Expect: the-unexpected\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*NO_INPUT/);
});

test('HEAD has no body, keeps its connection, and leaves nothing behind on standard error', async () => {
  const complaints = vi.spyOn(console, 'error');
  const head = (path: string, more = '') => `HEAD ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
  const answer = await raw(head('/health/live') + head('/nothing') + head('/health', 'Connection: close\r\n'));
  expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '404', '200']);
  expect(answer).not.toContain('{');
  expect(complaints).not.toHaveBeenCalled();
  complaints.mockRestore();
});

describe('over HTTP/2', () => {
  let secure: TestService;
  let ca: string;
  beforeAll(async () => {
    const pair = await makeCertificate();
    ca = pair.cert;
    secure = await startTestService({ tls: pair });
  });
  afterAll(() => secure.close());

  test.each([
    { name: 'HEAD', given: { ':method': 'HEAD', ':path': '/health/live' }, want: 200 },
    { name: 'HEAD of nothing', given: { ':method': 'HEAD', ':path': '/nothing' }, want: 404 },
    { name: 'HEAD with a body', given: { ':method': 'HEAD', ':path': '/health/live' }, body: 'x', want: 200 },
    { name: 'GET with a body', given: { ':method': 'GET', ':path': '/health/live' }, body: 'x', want: 200 },
    {
      name: 'an unknown expectation',
      given: { ':method': 'POST', ':path': PREDICT, expect: 'the-unexpected' },
      body: BODY,
      want: 200,
    },
    { name: 'another scheme', given: { ':path': '/health/live', ':scheme': 'ftp' }, want: 404 },
  ])('$name is answered', async ({ given, body, want }) => {
    const warnings = vi.fn();
    process.on('warning', warnings);
    const session = connectHttp2(secure.url, { ca });
    const headers: OutgoingHttpHeaders = {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      ...given,
    };
    const stream = session.request(headers, { endStream: body === undefined });
    let status: unknown;
    stream.on('response', (answer) => {
      status = answer[':status'];
    });
    if (body !== undefined) stream.end(body);
    stream.resume();
    await once(stream, 'close');
    session.destroy();
    process.off('warning', warnings);
    expect(status).toBe(want);
    expect(warnings).not.toHaveBeenCalled();
  });
});

test('the last call under way on a connection that is to end is told so with its answer', async () => {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const may = Promise.withResolvers<void>();
  let came = 0;
  app.get('/late', async (c) => {
    came += 1;
    await may.promise;
    return c.text('late');
  });
  const listener = createListener({ app, hostname: 'x', limits: LIMITS, onRefusal: () => {}, onDrop: () => {} });
  const socket = connect(await listener.listen(0, '127.0.0.1'), '127.0.0.1');
  socket.write('GET /late HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
  await expect.poll(() => came).toBe(3);
  listener.endKeepAlive();
  may.resolve();
  const text = String(await socket.setEncoding('utf8').toArray());
  const connections = [...text.matchAll(/^Connection: (\S+)\r$/gim)].map(([, word]) => word);
  expect([text.match(/late/g)?.length, connections]).toEqual([3, ['keep-alive', 'keep-alive', 'close']]);
  await listener.close();
});

test('as many calls as one HTTP/2 connection may have are all answered, large answers and a slow reader included', async () => {
  // 64 instances of 512 numbers each.
  const answer = Buffer.alloc(400_000, 'x');
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/', (c) => c.body(answer));
  const pair = await makeCertificate();
  const listener = createListener({
    app,
    hostname: 'x',
    tls: pair,
    limits: LIMITS,
    onRefusal: () => {},
    onDrop: () => {},
  });
  const url = `https://127.0.0.1:${await listener.listen(0, '127.0.0.1')}`;
  const session = connectHttp2(url, { ca: pair.cert, maxSessionMemory: 1_000 });
  await once(session, 'remoteSettings');
  const streams = Array.from({ length: 128 }, () => session.request({ ':path': '/' }));
  const answered = streams.map(async (stream) => {
    await once(stream, 'response');
    // Nothing is read before all are answered, as by a caller that is busy.
    await delay(200);
    return (await stream.toArray()).reduce((bytes, chunk) => bytes + chunk.length, 0);
  });
  expect(await Promise.all(answered)).toEqual(streams.map(() => answer.length));
  session.destroy();
  await listener.close();
});
