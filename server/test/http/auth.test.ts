// Owns the proof of what a token lets a caller do over HTTP: its endpoints, its limits, and that every place is given back.
import { randomUUID } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import { type OperationId, routes } from '@predict-schemata/generated/ts/routes.gen.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { CallLimits } from '../../src/auth/call-limits.ts';
import { createGate, type Gate, type Identify } from '../../src/auth/gate.ts';
import { identifyToken } from '../../src/auth/identify-token.ts';
import { tokenHash } from '../../src/auth/token-record.ts';
import { TokenSet } from '../../src/auth/token-set.ts';
import { failingEngine, stuckEngine } from '../support/engines.ts';
import { gateForAnotherEndpoint, gateWithoutACallLeft } from '../support/gates.ts';
import { startTestService, TEST_MODEL, type TestService, type TestServiceOptions } from '../support/test-service.ts';

const NAMES = {
  project: 'p',
  location: 'l',
  endpoint: 'hear',
  model: 'hear',
  version: TEST_MODEL.version,
  schema: 'instance',
  deployedModel: '1',
};
const CLIP = { input_array: new Array<number>(32_000).fill(0.5) };
const TOKENS = { limited: 'the-token-of-the-limited', free: 'the-token-of-the-free-one' };

/** Operations that ask for a token. */
const guarded = Object.entries(routes).flatMap(([id, route]) =>
  route.public ? [] : [[id as OperationId, route] as const],
);

let service: TestService | undefined;
afterEach(() => service?.close());

async function start(options: TestServiceOptions): Promise<TestService> {
  service = await startTestService({ algorithm: 'hear', ...options });
  return service;
}

interface Answered {
  readonly status: number;
  /** As the log has it: each protocol writes its errors in a form of its own. */
  readonly reason: unknown;
  readonly headers: Headers;
  readonly body: unknown;
}

async function call(
  { url, logged }: TestService,
  id: OperationId,
  token: string = TOKENS.free,
  instances = [CLIP],
): Promise<Answered> {
  const { method, path } = routes[id];
  const filled = path.replace(/\{(\w+)\}/g, (_, name: keyof typeof NAMES) => NAMES[name]);
  const requestId = randomUUID();
  const response = await fetch(url + filled, {
    method: method.toUpperCase(),
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'X-Request-Id': requestId },
    ...(method === 'post' && { body: JSON.stringify({ instances }) }),
  });
  const text = await response.text();
  const line = logged.find((each) => each.includes(requestId) && each.includes('"msg":"call"')) ?? '{}';
  const { reason } = JSON.parse(line);
  return {
    status: response.status,
    reason,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** What a token for other endpoints gets where it may ask all the same. */
const FILTERED: Readonly<Partial<Record<OperationId, unknown>>> = {
  listEndpoints: { endpoints: [] },
  listModels: { models: [] },
  getServerMetadata: { name: 'predict-schemata' },
};

/** Two tokens, one with limits. */
function gateWith(limits: CallLimits, endpoints?: string[]): Gate {
  const created = '2026-01-01T00:00:00Z';
  const set = new TokenSet([
    { name: 'limited', sha256: tokenHash(TOKENS.limited), created, concurrency: limits.concurrency, endpoints },
    { name: 'free', sha256: tokenHash(TOKENS.free), created },
  ]);
  return createGate(identifyToken(() => [set]));
}

describe('a token for other endpoints', () => {
  test.each(guarded)('%s', async (id) => {
    const answered = await call(await start({ gate: gateForAnotherEndpoint() }), id);
    if (id in FILTERED) {
      expect(answered).toMatchObject({ status: 200, body: FILTERED[id] });
      return;
    }
    expect(answered).toMatchObject({ status: 403, reason: 'TOKEN_NOT_FOR_ENDPOINT' });
    expect(answered.headers.get('www-authenticate')).toBe(
      'Bearer realm="predict-schemata", error="insufficient_scope"',
    );
  });

  test('learns nothing about endpoints that are not its own', async () => {
    const { url } = await start({ gate: gateForAnotherEndpoint() });
    const answers = await Promise.all(
      ['hear', 'none'].map(async (endpoint) => {
        const answer = await fetch(`${url}/v1/projects/p/locations/l/endpoints/${endpoint}`);
        return [answer.status, (await answer.text()).replaceAll(endpoint, '').replace(/"requestId":"[^"]*"/, '')];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    for (const path of ['/v2/models/none', '/v1/models/none', '/v2/models/hear/versions/none']) {
      const answer = await fetch(url + path);
      const want = [path, 403, expect.not.stringMatching(/models hear|version 1/)];
      expect([path, answer.status, await answer.text()]).toEqual(want);
    }
    const own = await (await fetch(`${url}/v1/projects/p/locations/l/endpoints/another-endpoint`)).text();
    expect(own).toContain('ENDPOINT_NOT_FOUND');
    expect(own).not.toContain('hear');
  });

  test('its own endpoint answers', async () => {
    const running = await start({ gate: gateWith({}, ['hear']) });
    for (const [id] of guarded) {
      const { status, reason } = await call(running, id, TOKENS.limited);
      // The body is not one of the Open Inference Protocol, which is found after the token was.
      const want = id.startsWith('infer') ? 400 : 200;
      expect([id, status, reason === 'TOKEN_NOT_FOR_ENDPOINT']).toEqual([id, want, false]);
    }
  });
});

test.each(guarded)('a caller without a call left: %s', async (id) => {
  const answered = await call(await start({ gate: gateWithoutACallLeft() }), id);
  expect(answered).toMatchObject({ status: 429, reason: 'TOKEN_RATE_EXCEEDED' });
  expect(Number(answered.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('health and schemata ask nobody, whatever the limits', async () => {
  const { url } = await start({ gate: gateWithoutACallLeft() });
  for (const path of ['/health', '/health/live', '/health/ready', '/schemata/hear/instance.yaml'])
    expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
});

describe('a place of the caller', () => {
  const one = { concurrency: 1 };
  const predict = (running: TestService, token = TOKENS.limited) => call(running, 'predict', token);

  test('is taken while the call waits, by this caller alone', async () => {
    const running = await start({ gate: gateWith(one), engine: stuckEngine(), limits: { requestTimeoutMs: 3_000 } });
    const waiting = predict(running);
    await expect.poll(async () => (await call(running, 'getEndpoint', TOKENS.limited)).status).toBe(429);
    expect(await predict(running)).toMatchObject({ status: 429, reason: 'TOKEN_CONCURRENCY_EXCEEDED' });
    expect((await call(running, 'getEndpoint')).status).toBe(200);
    expect((await waiting).status).toBe(504);
    expect((await call(running, 'getEndpoint', TOKENS.limited)).status).toBe(200);
  });

  test.each<[string, TestServiceOptions]>([
    ['predicts', {}],
    ['fails', { engine: failingEngine() }],
    ['runs into a bug', { bug: true }],
    ['is refused', { phase: 'draining' }],
    ['waits too long', { engine: stuckEngine(), limits: { requestTimeoutMs: 20 } }],
    ['has too large a body', { limits: { maxBodyBytes: 10 } }],
  ])('is given back when the call %s', async (_name, options) => {
    const running = await start({ gate: gateWith(one), ...options });
    const [first, second] = [await predict(running), await predict(running)];
    expect(second).toMatchObject({ status: first.status, reason: first.reason });
    expect(first.reason).not.toBe('TOKEN_CONCURRENCY_EXCEEDED');
  });

  test.each<[string, (body: ClientRequest) => void]>([
    ['before its body is there', (sent) => sent.write('{"instances": [')],
    ['while it waits', (sent) => sent.end(JSON.stringify({ instances: [CLIP] }))],
  ])('is given back when the client goes %s', async (_name, send) => {
    const running = await start({ gate: gateWith(one), engine: stuckEngine() });
    const sent = request(`${running.url}/v1/projects/p/locations/l/endpoints/hear:predict`, {
      method: 'POST',
      agent: false,
      headers: { Authorization: `Bearer ${TOKENS.limited}`, 'Content-Type': 'application/json' },
    });
    sent.on('error', () => {});
    send(sent);
    const status = async () => (await call(running, 'getEndpoint', TOKENS.limited)).status;
    await expect.poll(status).toBe(429);
    sent.destroy();
    await expect.poll(status).toBe(200);
  });
});

test('who has gone before it was clear who calls is given no place', async () => {
  const asked = Promise.withResolvers<void>();
  const known = Promise.withResolvers<void>();
  const admit = vi.fn(() => () => {});
  const identify: Identify = async () => {
    asked.resolve();
    await known.promise;
    return { name: 'slow', endpoints: undefined, limits: {} };
  };
  const running = await start({ gate: { identify, admit } });
  const sent = request(`${running.url}/v1/projects/p/locations/l/endpoints/hear:predict`, {
    method: 'POST',
    agent: false,
  });
  sent.on('error', () => {}).end('{"instances": []}');
  await asked.promise;
  sent.destroy();
  await running.calls.idle();
  known.resolve();
  await expect.poll(() => running.logged.join('')).toContain('CLIENT_CLOSED_REQUEST');
  expect(admit).not.toHaveBeenCalled();
});

test('the log names the caller of each call, refused ones too, and never shows a token', async () => {
  const running = await start({ gate: gateWith({}, ['other']) });
  await call(running, 'predict', TOKENS.limited);
  await call(running, 'listEndpoints', TOKENS.free);
  await call(running, 'listEndpoints', 'a-token-that-nobody-has');
  await expect.poll(() => running.logged).toHaveLength(3);
  expect(running.logged.map((line) => JSON.parse(line))).toMatchObject([
    { caller: 'limited', status: 403, reason: 'TOKEN_NOT_FOR_ENDPOINT' },
    { caller: 'free', status: 200 },
    { status: 401, reason: 'INVALID_TOKEN' },
  ]);
  for (const token of [...Object.values(TOKENS), 'a-token-that-nobody-has']) {
    expect(running.logged.join('')).not.toContain(token);
    expect(running.logged.join('')).not.toContain(tokenHash(token));
  }
});
