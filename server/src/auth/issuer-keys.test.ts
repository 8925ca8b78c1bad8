import { pino } from 'pino';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  AUDIENCE,
  ISSUER,
  type IssuerKey,
  type KeyServer,
  makeKey,
  signed,
  startKeyServer,
} from '../../test/support/issuer.ts';
import { identifyJwt } from './identify-jwt.ts';
import { IssuerKeys, IssuerKeysError } from './issuer-keys.ts';

const MINUTE_MS = 60_000;

let [first, second]: IssuerKey[] = [];
beforeAll(async () => {
  [first, second] = await Promise.all([makeKey('first'), makeKey('second')]);
});

let server: KeyServer | undefined;
afterEach(() => server?.[Symbol.asyncDispose]());

const clock = { nowMs: 0 };
async function startWith(answer: Parameters<KeyServer['answer']>[0]) {
  server = await startKeyServer(answer);
  clock.nowMs = 1_000_000;
  const logged: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(line) });
  const keys = new IssuerKeys(server.url, log, () => clock.nowMs);
  const identify = identifyJwt(keys.find, { issuer: ISSUER, audience: [AUDIENCE], clockSkewSeconds: 0 });
  const outcome = async (key: IssuerKey | undefined): Promise<string> => {
    if (key === undefined) throw new Error('The keys are not made yet.');
    try {
      return String((await identify(`Bearer ${await signed(key)}`)).name);
    } catch (error) {
      return error instanceof Error && 'reason' in error ? String(error.reason) : String(error);
    }
  };
  return { server, keys, logged, outcome };
}
const jwk = (key: IssuerKey | undefined) => (key === undefined ? [] : [key.jwk]);

test('keys are fetched once for many calls', async () => {
  const { server: issuer, outcome } = await startWith(jwk(first));
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => outcome(first))))).toEqual(new Set(['a-service']));
  expect(issuer.fetches).toBe(1);
});

test('a new key is found when a token names it, an old one is forgotten', async () => {
  const { server: issuer, outcome } = await startWith(jwk(first));
  expect(await outcome(first)).toBe('a-service');
  issuer.answer(jwk(second));
  clock.nowMs += MINUTE_MS;
  expect(await outcome(second)).toBe('a-service');
  expect(await outcome(first)).toBe('INVALID_TOKEN');
  expect(issuer.fetches).toBe(2);
});

test('unknown key ids do not make it ask again and again', async () => {
  const { server: issuer, outcome } = await startWith(jwk(first));
  for (let call = 0; call < 20; call += 1) expect(await outcome(second)).toBe('INVALID_TOKEN');
  expect(issuer.fetches).toBe(1);
  clock.nowMs += MINUTE_MS;
  for (let call = 0; call < 20; call += 1) expect(await outcome(second)).toBe('INVALID_TOKEN');
  expect(issuer.fetches).toBe(2);
});

test('old keys are fetched again beside the calls', async () => {
  const { server: issuer, outcome } = await startWith(jwk(first));
  await outcome(first);
  issuer.answer(jwk(second));
  clock.nowMs += 11 * MINUTE_MS;
  expect(await outcome(first)).toBe('a-service');
  await expect.poll(() => outcome(first)).toBe('INVALID_TOKEN');
  expect(await outcome(second)).toBe('a-service');
  expect(issuer.fetches).toBe(2);
});

test('an issuer that is down: known keys serve for an hour, an unknown one is 503, and then all are', async () => {
  const { server: issuer, outcome, logged } = await startWith(jwk(first));
  await outcome(first);
  issuer.answer((_, response) => void response.writeHead(500).end());
  clock.nowMs += 11 * MINUTE_MS;
  expect(await outcome(first)).toBe('a-service');
  await expect.poll(() => logged.join('')).toContain('got 500');
  clock.nowMs += MINUTE_MS;
  expect(await outcome(second)).toBe('TOKEN_KEYS_UNAVAILABLE');
  expect(await outcome(first)).toBe('a-service');
  clock.nowMs += 50 * MINUTE_MS;
  expect(await outcome(first)).toBe('TOKEN_KEYS_UNAVAILABLE');
  const { fetches } = issuer;
  // Whoever comes right after a failed fetch gets the answer at once.
  for (let call = 0; call < 20; call += 1) expect(await outcome(first)).toBe('TOKEN_KEYS_UNAVAILABLE');
  expect(issuer.fetches).toBe(fetches);
  issuer.answer(jwk(first));
  clock.nowMs += MINUTE_MS;
  expect(await outcome(first)).toBe('a-service');
});

describe('what is no key set', () => {
  test.each<[string, Parameters<KeyServer['answer']>[0], string]>([
    ['an error', (_, response) => void response.writeHead(404).end(), 'expected status 200 and no redirect, got 404'],
    ['not JSON', (_, response) => void response.end('<html>'), 'got something else than JSON'],
    ['another form', (_, response) => void response.end('{"jwks":[]}'), 'with a list of keys, got none'],
    ['no key', [], 'expected an RSA, EC or OKP key, got none'],
    ['secret keys alone', [{ kty: 'oct', k: 'c2VjcmV0' }], 'expected an RSA, EC or OKP key, got none'],
    [
      'more than an issuer has',
      (_, response) => void response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`),
      'expected at most 262144 bytes',
    ],
    ['a cut connection', (_, response) => void response.destroy(), 'no connection'],
  ])('%s', async (_name, answer, message) => {
    const { keys } = await startWith(answer);
    const loading = keys.load();
    await expect(loading).rejects.toThrow(IssuerKeysError);
    await expect(loading).rejects.toThrow(message);
  });

  test('a redirect is not followed', async () => {
    await using other = await startKeyServer(jwk(first));
    const { keys } = await startWith((_, response) => void response.writeHead(302, { Location: other.url.href }).end());
    await expect(keys.load()).rejects.toThrow('no redirect, got 302');
    expect(other.fetches).toBe(0);
  });

  test('an address without a server', async () => {
    const { keys } = await startWith([]);
    await server?.[Symbol.asyncDispose]();
    server = undefined;
    await expect(keys.load()).rejects.toThrow('no connection (ECONNREFUSED)');
  });
});

test('an issuer that never answers is given up', { timeout: 20_000 }, async () => {
  const { keys } = await startWith(() => {});
  await expect(keys.load()).rejects.toThrow('no answer within 5000 ms');
});
