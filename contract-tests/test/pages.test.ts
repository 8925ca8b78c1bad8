// Owns the proof that the web pages stand beside the contract on server and mock: no page asks for a token, a wrong method and a wrong
// path are the contract's errors, and the figures are shown to whoever may read the metrics.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, json } from '../src/expectation.ts';
import { type MockProcess, startMock } from '../src/mock-process.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { requestMetrics } from '../src/scrape.ts';
import { type Answer, send } from '../src/send.ts';
import { type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { wavFile } from '../src/wav-file.ts';

let programs: { readonly server: ServerProcess; readonly mock: MockProcess };
beforeAll(async () => {
  const [server, mock] = await Promise.all([
    startReadyServer({ env: { TOKEN: SERVER_TOKEN } }),
    startMock(['--algorithms', ALGORITHM]),
  ]);
  programs = { server, mock };
});
afterAll(() => Promise.all(Object.values(programs ?? {}).map((program) => program[Symbol.asyncDispose]())));

const call = (url: string, path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> =>
  send(url, { method, path, headers });

describe.each(['server', 'mock'] as const)('the %s', (name) => {
  test('gives out its pages, and what they load, without a token', async () => {
    const { url } = programs[name];
    for (const path of ['/', `/docs/${ALGORITHM}`]) {
      const page = await call(url, path);
      expect([page.status, page.headers['content-security-policy']]).toEqual([
        200,
        expect.stringContaining("default-src 'self'"),
      ]);
      const files = [...page.body.toString().matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
        ([, file = '']) => file,
      );
      expect(files.length).toBeGreaterThan(2);
      for (const file of files) expect([file, (await call(url, file)).status]).toEqual([file, 200]);
      const etag = String(page.headers['etag']);
      expect((await call(url, path, 'GET', { 'if-none-match': etag })).status).toBe(304);
      const head = await call(url, path, 'HEAD');
      expect([head.status, head.body.byteLength]).toEqual([200, 0]);
    }
    expect(json(await call(url, '/site.json'))).toMatchObject({ program: name, algorithms: [{ name: ALGORITHM }] });
  });

  test.each(['/', '/status', `/docs/${ALGORITHM}`, '/site.json'])(
    'answers another method on %s with 405',
    async (path) => {
      const answer = await call(programs[name].url, path, 'POST');
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
      expect(at(json(answer), 'error', 'details', 0, 'reason')).toBe('METHOD_NOT_ALLOWED');
    },
  );

  test.each(['/docs/other', '/assets/other.js', '/status.html', '/site'])('has nothing at %s', async (path) => {
    const answer = await call(programs[name].url, path);
    expect([answer.status, at(json(answer), 'error', 'details', 0, 'reason')]).toEqual([404, 'ROUTE_NOT_FOUND']);
  });

  test('says how it is', async () => {
    expect(json(await call(programs[name].url, '/status'))).toMatchObject({
      phase: 'serving',
      ready: true,
      limits: { maxInstances: 64 },
      algorithms: [{ name: ALGORITHM, model: { development: true } }],
    });
  });
});

test('the server tells what happened in the last minute', async () => {
  const { url } = programs.server;
  const instance = { input_bytes: wavFile({}).toString('base64') };
  const post = (body: string) =>
    send(url, {
      method: 'POST',
      path: profiles['default']?.path ?? '',
      headers: { authorization: `Bearer ${SERVER_TOKEN}`, 'content-type': 'application/json' },
      body: Buffer.from(body),
    });
  expect((await post(JSON.stringify({ instances: [instance, instance] }))).status).toBe(200);
  expect((await post('{')).status).toBe(400);
  const recent = at(json(await call(url, '/status')), 'algorithms', 0, 'recent');
  expect(recent).toMatchObject({ calls: 2, failed: 1, instances: 2, batches: { largestRows: expect.any(Number) } });
  expect(at(recent, 'total', 'medianMs')).toBeGreaterThan(0);
  const stages = ['admit', 'parse', 'queue', 'infer', 'respond'];
  expect(at(recent, 'stages')).toEqual(
    stages.map((stage) => ({ stage, medianMs: expect.any(Number), p95Ms: expect.any(Number) })),
  );
});

test.each([
  ['the metrics ask for a token', ['--metrics', 'token']],
  ['there are no metrics', ['--metrics', 'off']],
  ['the metrics have a port of their own', ['--metrics-port', '0']],
])('the figures are behind the token where %s', async (_name, args) => {
  await using server = await startReadyServer({ args, env: { TOKEN: SERVER_TOKEN } });
  const without = await call(server.url, '/status');
  expect([without.status, at(json(without), 'error', 'details', 0, 'reason')]).toEqual([401, 'MISSING_TOKEN']);
  const wrong = await call(server.url, '/status', 'GET', { authorization: 'Bearer another-token-that-is-wrong' });
  expect([wrong.status, at(json(wrong), 'error', 'details', 0, 'reason')]).toEqual([401, 'INVALID_TOKEN']);
  const right = await call(server.url, '/status', 'GET', { authorization: `Bearer ${SERVER_TOKEN}` });
  expect([right.status, right.headers['cache-control']]).toEqual([200, 'no-store']);
  expect((await requestMetrics(server.url)).status).not.toBe(200);
});
