// Owns the proof that pages of other origins can call where the operator allows it, and nowhere else.
import { once } from 'node:events';
import { connect } from 'node:http2';
import { afterEach, expect, test } from 'vitest';
import { makeCertificate } from '../../../contract-tests/src/certificate.ts';
import { startTestService, type TestService, type TestServiceOptions, TOKEN } from '../support/test-service.ts';

const PATH = '/v1/projects/p/locations/l/endpoints/hear:predict';
const PREFLIGHT = {
  'Access-Control-Request-Method': 'POST',
  'Access-Control-Request-Headers': 'authorization,content-type',
};

let service: TestService;
afterEach(() => service.close());
const start = async (options: TestServiceOptions): Promise<void> => {
  service = await startTestService(options);
};

const ask = (origin: string | undefined, init: RequestInit = {}): Promise<Response> =>
  fetch(service.url + PATH, { ...init, headers: { ...init.headers, ...(origin !== undefined && { Origin: origin }) } });

test.each([
  ['the origin that was named', ['https://a.example', 'null'], 'https://a.example', 'https://a.example'],
  ['files on disk where null was named', ['https://a.example', 'null'], 'null', 'null'],
  ['anyone where all may', ['*'], 'https://b.example', '*'],
])('a preflight of %s is answered without a token', async (_name, corsOrigins, origin, allowed) => {
  await start({ corsOrigins });
  const answer = await ask(origin, { method: 'OPTIONS', headers: PREFLIGHT });
  expect(answer.status).toBe(204);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'access-control-allow-origin': allowed,
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-allow-headers': 'authorization,content-type',
    'access-control-max-age': '600',
  });
  expect(answer.headers.get('vary')).toBe(allowed === '*' ? null : 'Origin');
});

test.each([
  ['another origin', ['https://a.example'], 'https://b.example'],
  ['an origin that only begins alike', ['https://a.example'], 'https://a.example.b.example'],
  ['files on disk where null was not named', ['https://a.example'], 'null'],
  ['anyone without the setting', [], 'https://a.example'],
])(
  'a preflight of %s is a call like every other, and no browser takes its answer for a yes',
  async (_name, corsOrigins, origin) => {
    await start({ corsOrigins });
    const answer = await ask(origin, { method: 'OPTIONS', headers: PREFLIGHT });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  },
);

test('an OPTIONS that is no preflight is still a 405', async () => {
  await start({ corsOrigins: ['https://a.example'] });
  expect((await ask('https://a.example', { method: 'OPTIONS' })).status).toBe(405);
  expect((await ask(undefined, { method: 'OPTIONS', headers: PREFLIGHT })).status).toBe(405);
});

test.each([
  ['a prediction', 200, { body: '{"instances":[{}]}', headers: { Authorization: `Bearer ${TOKEN}` } }],
  ['a refused token', 401, { body: '{}', headers: { Authorization: 'Bearer another-token-altogether' } }],
  ['a body that is none', 400, { body: '{', headers: { Authorization: `Bearer ${TOKEN}` } }],
  [
    'a head that is too large',
    431,
    { body: '{}', headers: Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`X-${i}`, '1'])) },
  ],
])('a page may read %s, and the headers that tell of it', async (_name, status, { body, headers }) => {
  await start({ corsOrigins: ['https://a.example'] });
  const init = { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } };
  const answer = await ask('https://a.example', init);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://a.example');
  const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
  expect(exposed).toEqual(expect.arrayContaining(['X-Request-Id', 'Retry-After', 'Server-Timing']));

  const own = await ask(undefined, init);
  expect(own.status).toBe(status);
  expect(own.headers.get('access-control-allow-origin')).toBeNull();
  expect(own.headers.get('vary')).toBe('Origin');
});

test('a path that does not exist tells a page so, too', async () => {
  await start({ corsOrigins: ['null'] });
  const answer = await fetch(`${service.url}/nowhere`, { headers: { Origin: 'null' } });
  expect(answer.status).toBe(404);
  expect(answer.headers.get('access-control-allow-origin')).toBe('null');
});

test('over HTTP/2 as over HTTP/1', async () => {
  const tls = await makeCertificate();
  await start({ tls, corsOrigins: ['https://a.example'] });
  const session = connect(service.url, { ca: tls.cert });
  try {
    const headersOf = async (headers: Record<string, string>) => {
      const stream = session.request({ ':path': PATH, origin: 'https://a.example', ...headers });
      stream.end();
      const [answer] = await once(stream, 'response');
      stream.resume();
      return answer;
    };
    expect(await headersOf({ ':method': 'OPTIONS', 'access-control-request-method': 'POST' })).toMatchObject({
      ':status': 204,
      'access-control-allow-origin': 'https://a.example',
    });
    expect(await headersOf({ ':method': 'POST' })).toMatchObject({
      ':status': 401,
      'access-control-allow-origin': 'https://a.example',
    });
  } finally {
    session.close();
  }
});
