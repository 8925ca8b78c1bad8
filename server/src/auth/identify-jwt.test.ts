import { createLocalJWKSet, exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { AUDIENCE, ISSUER, makeKey, signed, type TokenFacts } from '../../test/support/issuer.ts';
import { identifyJwt, type JwtRules } from './identify-jwt.ts';

const NOW = 1_780_000_000;
const RULES: JwtRules = { issuer: ISSUER, audience: ['other', AUDIENCE], clockSkewSeconds: 30 };
const key = await makeKey('k1');
const strange = await makeKey('k1');
const keys = createLocalJWKSet({ keys: [key.jwk] });

const ask = (token: string, rules: Partial<JwtRules> = {}, find = keys) =>
  identifyJwt(find, { ...RULES, ...rules }, () => NOW * 1_000)(`Bearer ${token}`);
const token = (facts: TokenFacts = {}) => signed(key, { atSeconds: NOW, ...facts });

test('a good token is its subject, without limits of its own', async () => {
  expect(await ask(await token())).toEqual({ name: 'a-service', endpoints: undefined, limits: {} });
});

test.each(['RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])('takes %s', async (alg) => {
  const other = await makeKey('k2', alg);
  const find = createLocalJWKSet({ keys: [key.jwk, other.jwk] });
  expect(await ask(await signed(other, { atSeconds: NOW }), {}, find)).toMatchObject({ name: 'a-service' });
});

test.each<[string, TokenFacts]>([
  ['an audience among several', { claims: { aud: ['x', AUDIENCE] } }],
  ['an end within the skew', { claims: { exp: NOW - 29 } }],
  ['a beginning within the skew', { claims: { nbf: NOW + 29 } }],
])('takes %s', async (_name, facts) => {
  expect(await ask(await token(facts))).toMatchObject({ name: 'a-service' });
});

describe('refuses', () => {
  test.each<[string, TokenFacts, RegExp]>([
    ['an expired one', { claims: { exp: NOW - 31 } }, /has expired/],
    ['one that is not valid yet', { claims: { nbf: NOW + 31 } }, /not valid yet/],
    ['one without an end', { claims: { exp: undefined } }, /lacks the claim exp/],
    ['one without a subject', { claims: { sub: undefined } }, /lacks the claim sub/],
    ['one with an empty subject', { claims: { sub: '' } }, /has no subject/],
    ['another issuer', { claims: { iss: 'https://other.example' } }, /from another issuer/],
    ['no issuer', { claims: { iss: undefined } }, /lacks the claim iss/],
    ['another audience', { claims: { aud: 'third' } }, /for another audience/],
    ['no audience', { claims: { aud: undefined } }, /lacks the claim aud/],
  ])('%s', async (_name, facts, message) => {
    await expect(token(facts).then(ask)).rejects.toThrow(
      expect.objectContaining({ reason: 'INVALID_TOKEN', message: expect.stringMatching(message) }),
    );
  });

  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'x', exp: NOW + 60 };
  const secret = async () => new TextEncoder().encode(await exportSPKI(await publicKey()));
  const publicKey = async () =>
    (await importJWK(key.jwk, 'RS256', { extractable: true })) as Parameters<typeof exportSPKI>[0];
  test.each<[string, () => Promise<string>]>([
    ['alg none', async () => new UnsecuredJWT(claims).encode()],
    [
      'alg none with the signature of a good one',
      async () => {
        const [, body, signature] = (await token()).split('.');
        return `${Buffer.from('{"alg":"none","kid":"k1"}').toString('base64url')}.${body}.${signature}`;
      },
    ],
    [
      'the public key taken for the secret of HS256',
      async () => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(await secret()),
    ],
    ['a key that is not the issuer’s, under its id', () => signed(strange, { atSeconds: NOW })],
    [
      'a key that the token itself brings',
      () => signed(strange, { atSeconds: NOW, header: { jwk: strange.jwk, kid: undefined } }),
    ],
    ['an unknown key id', () => signed({ ...key, kid: 'k9' }, { atSeconds: NOW })],
    [
      'a changed claim',
      async () => {
        const [header, , signature] = (await token()).split('.');
        return `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url')}.${signature}`;
      },
    ],
    ['a token of another kind', async () => 'a-token-for-tests-only'],
    ['five parts', async () => 'a.b.c.d.e'],
  ])('%s', async (_name, make) => {
    const given = await make();
    await expect(ask(given)).rejects.toThrow(
      expect.objectContaining({ reason: 'INVALID_TOKEN', message: expect.not.stringContaining(given.slice(0, 20)) }),
    );
  });

  test('no header and no bearer', async () => {
    const identify = identifyJwt(keys, RULES);
    await expect(identify(undefined)).rejects.toThrow(expect.objectContaining({ reason: 'MISSING_TOKEN' }));
    await expect(identify('Basic x')).rejects.toThrow(expect.objectContaining({ reason: 'INVALID_TOKEN' }));
  });
});

test.each(['HS256', 'none', 'RSA-OAEP'])('%s is refused before a key is looked for', async (alg) => {
  const header = Buffer.from(JSON.stringify({ alg, kid: 'k1' })).toString('base64url');
  const [, body, signature] = (await token()).split('.');
  const find = vi.fn(keys);
  await expect(identifyJwt(find, RULES)(`Bearer ${header}.${body}.${signature}`)).rejects.toThrow(
    /is signed with another algorithm than RS256, /,
  );
  expect(find).not.toHaveBeenCalled();
});

test('without a key id, any key that fits may have signed', async () => {
  const second = await makeKey('k2');
  const find = createLocalJWKSet({ keys: [key.jwk, second.jwk] });
  const header = { kid: undefined };
  expect(await ask(await signed(second, { atSeconds: NOW, header }), {}, find)).toMatchObject({ name: 'a-service' });
  await expect(ask(await signed(strange, { atSeconds: NOW, header }), {}, find)).rejects.toThrow(
    expect.objectContaining({ reason: 'INVALID_TOKEN' }),
  );
  const late = { atSeconds: NOW, header, claims: { exp: NOW - 100 } };
  await expect(ask(await signed(second, late), {}, find)).rejects.toThrow(/has expired/);
});

describe('the claim of endpoints', () => {
  test.each([
    [
      ['hear', 'other'],
      ['hear', 'other'],
    ],
    ['hear other', ['hear', 'other']],
    ['hear', ['hear']],
    [['*'], undefined],
    ['*', undefined],
    [undefined, []],
    [[], []],
    ['', []],
    [7, []],
    [[7, 'hear', null], ['hear']],
    [{ hear: true }, []],
  ])('%j', async (claim, want) => {
    const { endpoints } = await ask(await token({ claims: { endpoints: claim } }), { endpointsClaim: 'endpoints' });
    expect(endpoints && [...endpoints]).toEqual(want);
  });
});
