// Owns what an operator meets who gives out tokens: the token command beside a running server, and tokens of an issuer.
import { spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readContract } from '../src/contract.ts';
import { at, json } from '../src/expectation.ts';
import { profiles } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { repositoryRoot } from '../src/repository-root.ts';
import { forget, remember } from '../src/running-processes.ts';
import { type Answer, send } from '../src/send.ts';
import { runToExit, type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';

/** sysexits' EX_CONFIG */
const UNUSABLE_SETTINGS = 78;
const PREDICT = profiles['default']?.path ?? '';
const recorder = createRecorder(await readContract(ALGORITHM));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Sends one call and holds its answer against the contract. Gives the status and the reason. */
async function predict({ url }: ServerProcess, token: string): Promise<[number, unknown]> {
  const answer: Answer = await send(url, {
    method: 'POST',
    path: PREDICT,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: Buffer.from('{"instances":[{}]}'),
  });
  expect(recorder.record({ method: 'POST', path: PREDICT, answer })).toEqual([]);
  return [answer.status, at(json(answer), 'error', 'details', 0, 'reason')];
}

describe('npm run token', () => {
  async function token(...args: string[]): Promise<{ code: unknown; out: string }> {
    const child = spawn(process.execPath, ['scripts/token.ts', ...args], {
      cwd: repositoryRoot,
      env: { PATH: process.env['PATH'], TOKEN_FILE: join(folder, 'tokens.json') },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    const { pid } = child;
    if (pid !== undefined) remember(pid);
    const [code] = await once(child, 'close');
    if (pid !== undefined) forget(pid);
    return { code, out: out.trim() };
  }

  test('a running server takes a new token, keeps it to its endpoints, and refuses it once it is revoked', async () => {
    const lasting = await token('create', 'lasting');
    await using server = await startReadyServer({ args: ['--token-file', join(folder, 'tokens.json')] });
    expect(server.stdout()).not.toContain(lasting.out);
    expect(await predict(server, lasting.out)).toEqual([200, undefined]);

    const added = await token('create', 'added', '--endpoints', 'another-endpoint');
    expect(await predict(server, 'no-token-of-anybody-at-all')).toEqual([401, 'INVALID_TOKEN']);
    await expect.poll(() => predict(server, added.out), { timeout: 20_000 }).toEqual([403, 'TOKEN_NOT_FOR_ENDPOINT']);
    expect(await token('revoke', 'added')).toEqual({ code: 0, out: '' });
    await expect.poll(() => predict(server, added.out), { timeout: 20_000 }).toEqual([401, 'INVALID_TOKEN']);
    expect(await predict(server, lasting.out)).toEqual([200, undefined]);

    expect((await token('list')).out).toMatch(/^NAME .*\nlasting +all /);
    const calls = server.log().filter(({ msg, status }) => msg === 'call' && status !== 401);
    expect(new Set(calls.map(({ caller }) => caller))).toEqual(new Set(['lasting', 'added']));
    const written = server.stderr() + server.stdout() + (await readFile(join(folder, 'tokens.json'), 'utf8'));
    for (const secret of [lasting.out, added.out]) expect(written).not.toContain(secret);
  });

  test('a token file that is not there ends the start with what to do', async () => {
    const { code, stderr } = await runToExit({ args: ['--token-file', join(folder, 'none.json')] });
    expect(code).toBe(UNUSABLE_SETTINGS);
    expect(stderr).toBe(
      'The settings are not usable:\n- --token-file: there is no such file; make it with npm run token -- create NAME --file FILE\n',
    );
  });
});

describe('--auth jwt', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keySet = JSON.stringify({
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' }],
  });

  /** An issuer's server of keys. */
  async function startIssuer(): Promise<{ server: Server; url: string }> {
    const server = createServer((_, response) => void response.end(keySet));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A server that listens on a TCP port has an AddressInfo.
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys` };
  }

  /** RFC 7515, section 3.1. */
  function jwt(claims: object, header: object = {}, key: KeyObject = privateKey): string {
    const now = Math.floor(Date.now() / 1_000);
    const payload = { iss: 'https://issuer.example', aud: 'sounds', sub: 'a-service', exp: now + 600, ...claims };
    const text = [{ alg: 'RS256', kid: 'k', ...header }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  }

  const settings = (url: string) => [
    '--auth',
    'jwt',
    '--jwks-url',
    url,
    '--jwt-issuer',
    'https://issuer.example',
    '--jwt-audience',
    'sounds',
  ];

  test('lets the issuer’s subjects in, to their endpoints and at their rate, also while the issuer is away', async () => {
    const issuer = await startIssuer();
    await using server = await startReadyServer({
      args: [...settings(issuer.url), '--jwt-endpoints-claim', 'endpoints', '--token-rate', '3/h'],
    });
    const good = jwt({ endpoints: [ALGORITHM] });
    const forged = jwt({ endpoints: [ALGORITHM] }, {}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
    expect(await predict(server, good)).toEqual([200, undefined]);
    expect(await predict(server, jwt({ endpoints: 'others' }))).toEqual([403, 'TOKEN_NOT_FOR_ENDPOINT']);
    for (const bad of [forged, jwt({ exp: 1 }), jwt({ aud: 'x' }), jwt({ iss: 'x' }), jwt({}, { alg: 'HS256' })]) {
      expect(await predict(server, bad)).toEqual([401, 'INVALID_TOKEN']);
    }

    issuer.server.closeAllConnections();
    issuer.server.close();
    expect(await predict(server, good)).toEqual([200, undefined]);
    expect(await predict(server, good)).toEqual([429, 'TOKEN_RATE_EXCEEDED']);
    expect(await predict(server, jwt({ sub: 'another', endpoints: '*' }))).toEqual([200, undefined]);
    // Nobody can tell whether the issuer has made a new key meanwhile.
    await expect
      .poll(() => predict(server, jwt({ sub: 'third' }, { kid: 'new' })), { timeout: 25_000, interval: 1_000 })
      .toEqual([503, 'TOKEN_KEYS_UNAVAILABLE']);
    expect(server.log().filter(({ caller }) => caller === 'a-service').length).toBeGreaterThan(2);
    for (const token of [good, forged]) expect(server.stderr() + server.stdout()).not.toContain(token.slice(-40));
  });

  test('an issuer that cannot be reached ends the start', async () => {
    const issuer = await startIssuer();
    issuer.server.close();
    const { code, stderr } = await runToExit({ args: settings(issuer.url) });
    expect(code).toBe(UNUSABLE_SETTINGS);
    expect(stderr).toContain('- --jwks-url: the keys of the issuer cannot be fetched: no connection (ECONNREFUSED)');
  });
});
