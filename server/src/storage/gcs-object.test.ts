// Checks fetching an object against a real local storage server: rights, faults, limits, and that no token gets out.
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CRC32C } from '@google-cloud/storage';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Fault, type StorageServer, startStorageServer, UPSTREAM_BODY } from '../../test/storage-server.ts';
import { InstanceError, MAX_DESCRIPTION_LENGTH } from '../errors.ts';
import { createObjectFetcher, type ObjectFetcher, type ObjectFetcherOptions } from './gcs-object.ts';

const TOKEN = 'ya29.this-token-must-stay-secret_0123456789';
const OTHER_TOKEN = 'ya29.another-token-with-no-rights';
const MAX_BYTES = 100_000;
const URI = 'gs://clips/path/clip.wav';
const never = new AbortController().signal;

let server: StorageServer;
const fetchers: ObjectFetcher[] = [];

beforeAll(async () => {
  server = await startStorageServer({ tokens: [TOKEN, OTHER_TOKEN] });
});
afterEach(() => {
  for (const fetcher of fetchers.splice(0)) fetcher.close();
  server.reset();
  vi.unstubAllEnvs();
});
afterAll(() => server.close());

function fetcher(options: Partial<ObjectFetcherOptions> = {}): ObjectFetcher {
  const made = createObjectFetcher({ maxBytes: MAX_BYTES, timeoutMs: 20_000, emulatorHost: server.host, ...options });
  fetchers.push(made);
  return made;
}

/** The InstanceError that a fetch ends with; fails the test when there is none, or when it tells too much. */
async function failure(work: Promise<Uint8Array>): Promise<InstanceError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InstanceError)) throw new Error(`expected an InstanceError, got ${inspect(error)}`);
  const everything = [
    inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    JSON.stringify(error),
    error.message,
    String(error.cause),
    error.stack,
  ].join('\n');
  for (const secret of [TOKEN, OTHER_TOKEN, UPSTREAM_BODY]) expect(everything).not.toContain(secret);
  expect(error.message.length).toBeLessThanOrEqual(MAX_DESCRIPTION_LENGTH);
  return error;
}

describe('reading', () => {
  test('gives the bytes in a buffer of their own', async () => {
    const body = Uint8Array.from({ length: 64_000 }, (_, index) => index % 251);
    server.put('clips', 'path/clip.wav', body);
    const bytes = await fetcher().fetch(URI, undefined, never);
    expect(Buffer.compare(bytes, body)).toBe(0);
    expect(bytes.byteOffset).toBe(0);
    expect(bytes.buffer.byteLength).toBe(body.byteLength);
  });

  test('an empty object is zero bytes', async () => {
    server.put('clips', 'path/clip.wav', '');
    expect(await fetcher().fetch(URI, undefined, never)).toEqual(new Uint8Array(0));
  });

  test('sends the given token and no other, and none when none is given', async () => {
    server.put('clips', 'open.wav', 'open');
    server.put('clips', 'closed.wav', 'closed', { readers: [TOKEN] });
    const { fetch } = fetcher();
    expect(Buffer.from(await fetch('gs://clips/closed.wav', TOKEN, never)).toString()).toBe('closed');
    expect(Buffer.from(await fetch('gs://clips/open.wav', undefined, never)).toString()).toBe('open');
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([`Bearer ${TOKEN}`, undefined]);
  });

  test.each([
    ['a b.wav', 'a%20b.wav'],
    ['a/b//c.wav', 'a%2Fb%2F%2Fc.wav'],
    ['what?alt=json&x#y.wav', 'what%3Falt%3Djson%26x%23y.wav'],
    ['../../secret', '..%2F..%2Fsecret'],
    ['100%25.wav', '100%2525.wav'],
    ['été/声.wav', '%C3%A9t%C3%A9%2F%E5%A3%B0.wav'],
    ['/leading', '%2Fleading'],
  ])('the object name %j is one percent-encoded part of the path', async (name, encoded) => {
    server.put('clips', name, name);
    const bytes = await fetcher().fetch(`gs://clips/${name}`, undefined, never);
    expect(Buffer.from(bytes).toString()).toBe(name);
    expect(server.requests.map(({ target }) => target)).toEqual([`/storage/v1/b/clips/o/${encoded}?alt=media`]);
  });

  test.each([
    ['host and port', (host: string) => host],
    ['with a scheme', (host: string) => `http://${host}`],
    ['with a slash', (host: string) => `http://${host}/`],
    ['with the path of the API', (host: string) => `http://${host}/storage/v1/`],
  ])('takes STORAGE_EMULATOR_HOST as %s', async (_, form) => {
    server.put('clips', 'path/clip.wav', 'sound');
    vi.stubEnv('STORAGE_EMULATOR_HOST', form(server.host));
    const bytes = await fetcher({ emulatorHost: undefined }).fetch(URI, undefined, never);
    expect(Buffer.from(bytes).toString()).toBe('sound');
  });

  test('no proxy stands between the server and an emulator', async () => {
    const proxy = await startStorageServer();
    try {
      vi.stubEnv('HTTP_PROXY', proxy.origin);
      vi.stubEnv('HTTPS_PROXY', proxy.origin);
      server.put('clips', 'path/clip.wav', 'sound');
      await fetcher().fetch(URI, TOKEN, never);
      expect(proxy.connections).toBe(0);
    } finally {
      await proxy.close();
    }
  });
});

describe('rights', () => {
  test.each([
    ['a private object without a token', undefined, 'STORAGE_PERMISSION_DENIED', /no bearer token was given.*HTTP 401/],
    ['an unknown token', 'ya29.unknown', 'STORAGE_PERMISSION_DENIED', /invalid or expired \(HTTP 401\)/],
    ['a token without the right', OTHER_TOKEN, 'STORAGE_PERMISSION_DENIED', /may not \(HTTP 403\)/],
  ])('%s', async (_, token, reason, text) => {
    server.put('clips', 'path/clip.wav', 'sound', { readers: [TOKEN] });
    const error = await failure(fetcher().fetch(URI, token, never));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(text);
    expect(error.message).toContain(URI);
    expect(server.requests).toHaveLength(1);
  });
});

describe('faults', () => {
  const status = (code: number): Fault => ({ kind: 'status', status: code });
  test.each<[string, Fault, string, RegExp, number]>([
    ['400', status(400), 'INVALID_VALUE', /refused the request.*HTTP 400/, 1],
    ['404', status(404), 'STORAGE_NOT_FOUND', /none there \(HTTP 404\)/, 1],
    ['429', status(429), 'STORAGE_UNAVAILABLE', /HTTP 429/, 1],
    ['500', status(500), 'STORAGE_UNAVAILABLE', /HTTP 500/, 1],
    ['204 in place of the object', status(204), 'STORAGE_UNAVAILABLE', /HTTP 204/, 1],
    ['503, tried twice', status(503), 'STORAGE_UNAVAILABLE', /HTTP 503/, 2],
    ['no answer, tried twice', { kind: 'drop' }, 'STORAGE_UNAVAILABLE', /connection failed \(ECONNRESET\)/, 2],
    ['a body cut short', { kind: 'cut', afterBytes: 10 }, 'STORAGE_UNAVAILABLE', /connection failed \(\w+\)/, 2],
    ['a length over the body', { kind: 'length', contentLength: 2000 }, 'STORAGE_TIMEOUT', /within 300 ms/, 1],
    ['a stall before the head', { kind: 'stall' }, 'STORAGE_TIMEOUT', /within 300 ms/, 1],
    ['a stall in the body', { kind: 'stall-body', afterBytes: 10 }, 'STORAGE_TIMEOUT', /within 300 ms/, 1],
    ['a trickle', { kind: 'slow', bytesPerChunk: 1, delayMs: 20 }, 'STORAGE_TIMEOUT', /within 300 ms/, 1],
  ])('%s', async (_, fault, reason, text, requests) => {
    server.put('clips', 'path/clip.wav', 'x'.repeat(1000));
    server.fault('clips', 'path/clip.wav', fault);
    const timeoutMs = reason === 'STORAGE_TIMEOUT' ? 300 : 20_000;
    const error = await failure(fetcher({ timeoutMs }).fetch(URI, TOKEN, never));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(text);
    expect(server.requests).toHaveLength(requests);
  });

  test.each<[string, Fault]>([
    ['503', { kind: 'status', status: 503, times: 1 }],
    ['lost connection', { kind: 'drop', times: 1 }],
    ['body cut short', { kind: 'cut', afterBytes: 3, times: 1 }],
  ])('one %s is made good by the second attempt', async (_, fault) => {
    server.put('clips', 'path/clip.wav', 'sound');
    server.fault('clips', 'path/clip.wav', fault);
    const bytes = await fetcher().fetch(URI, undefined, never);
    expect(Buffer.from(bytes).toString()).toBe('sound');
    expect(server.requests).toHaveLength(2);
  });

  test('a missing object and a missing bucket', async () => {
    server.put('clips', 'other', '');
    expect((await failure(fetcher().fetch(URI, TOKEN, never))).reason).toBe('STORAGE_NOT_FOUND');
    expect((await failure(fetcher().fetch('gs://nothing/x', undefined, never))).reason).toBe('STORAGE_NOT_FOUND');
  });

  test('nothing listens there', async () => {
    const gone = await startStorageServer();
    await gone.close();
    const error = await failure(fetcher({ emulatorHost: gone.host }).fetch(URI, TOKEN, never));
    expect(error.reason).toBe('STORAGE_UNAVAILABLE');
    expect(error.message).toContain('ECONNREFUSED');
    expect(String(error.cause)).toBe('Error: ECONNREFUSED');
  });

  test('a redirect is not followed: the other host sees nothing', async () => {
    const elsewhere = await startStorageServer();
    try {
      elsewhere.put('clips', 'path/clip.wav', 'trap');
      server.put('clips', 'path/clip.wav', 'sound');
      const location = `${elsewhere.origin}/storage/v1/b/clips/o/path%2Fclip.wav?alt=media`;
      server.fault('clips', 'path/clip.wav', { kind: 'redirect', location });
      const error = await failure(fetcher().fetch(URI, TOKEN, never));
      expect(error.reason).toBe('STORAGE_UNAVAILABLE');
      expect(error.message).toMatch(/redirect.*HTTP 302.*not followed/);
      expect(error.message).not.toContain(elsewhere.host);
      expect(elsewhere.connections).toBe(0);
    } finally {
      await elsewhere.close();
    }
  });
});

describe('damage', () => {
  test('is looked for piece by piece: nothing else is answered while a whole file is', async () => {
    const body = randomBytes(4_000_000);
    server.put('clips', 'path/clip.wav', body);
    const update = vi.spyOn(CRC32C.prototype, 'update');
    const bytes = await fetcher({ maxBytes: body.length }).fetch(URI, undefined, never);
    const pieces = update.mock.calls.map(([{ byteLength }]) => byteLength);
    update.mockRestore();
    expect(Buffer.compare(bytes, body)).toBe(0);
    // The storage server of the tests stands in the same process and looks at the whole.
    const [own, ...others] = pieces.toSorted((a, b) => b - a);
    expect(own).toBe(body.length);
    expect(others.reduce((sum, piece) => sum + piece, 0)).toBe(body.length);
    expect(Math.max(...others)).toBeLessThan(body.length / 4);
  });

  test('bytes other than the stored ones are asked for again, then refused', async () => {
    server.put('clips', 'path/clip.wav', 'sound');
    server.fault('clips', 'path/clip.wav', { kind: 'corrupt' });
    const error = await failure(fetcher().fetch(URI, TOKEN, never));
    expect(error.reason).toBe('STORAGE_UNAVAILABLE');
    expect(error.message).toMatch(/CRC32C differs/);
    expect(server.requests).toHaveLength(2);
  });
});

describe('size', () => {
  test('exactly the limit passes', async () => {
    server.put('clips', 'path/clip.wav', new Uint8Array(1000));
    expect(await fetcher({ maxBytes: 1000 }).fetch(URI, undefined, never)).toHaveLength(1000);
  });

  test.each<[string, Fault | undefined, RegExp]>([
    ['the stated length is over', undefined, /at most 1000 bytes at gs:.*but 5000 bytes came/],
    ['no length is stated', { kind: 'length', contentLength: undefined }, /at most 1000 bytes.*but at least \d+ bytes/],
  ])('refused when %s', async (_, fault, text) => {
    server.put('clips', 'path/clip.wav', new Uint8Array(5000));
    server.fault('clips', 'path/clip.wav', fault);
    const error = await failure(fetcher({ maxBytes: 1000 }).fetch(URI, TOKEN, never));
    expect(error.reason).toBe('STORAGE_OBJECT_TOO_LARGE');
    expect(error.message).toMatch(text);
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, Fault | undefined]>([
    ['over the limit by its stated length', undefined],
    ['over the limit in the end', { kind: 'length', contentLength: undefined }],
    ['over the limit in a body that never ends', { kind: 'stall-body', afterBytes: 2000 }],
  ])('the connection is let go: %s', async (_, fault) => {
    // More than the buffers between the two ends hold, so that the server cannot get rid of it.
    server.put('clips', 'path/clip.wav', new Uint8Array(20_000_000));
    server.fault('clips', 'path/clip.wav', fault);
    await failure(fetcher({ maxBytes: 1000 }).fetch(URI, TOKEN, never));
    await server.idle();
  });

  test('a body that never ends is left as soon as it is over', async () => {
    server.put('clips', 'path/clip.wav', new Uint8Array(5000));
    server.fault('clips', 'path/clip.wav', { kind: 'stall-body', afterBytes: 1001 });
    const error = await failure(fetcher({ maxBytes: 1000 }).fetch(URI, TOKEN, never));
    expect(error.reason).toBe('STORAGE_OBJECT_TOO_LARGE');
    expect(error.message).toContain('but at least 1001 bytes came');
  });

  test('compressed bytes count as what they unpack to', async () => {
    const bomb = gzipSync(new Uint8Array(1_000_000));
    expect(bomb.byteLength).toBeLessThan(2000);
    server.put('clips', 'path/clip.wav', bomb, { contentEncoding: 'gzip' });
    expect(await fetcher({ maxBytes: 1_000_000 }).fetch(URI, undefined, never)).toHaveLength(1_000_000);
    const error = await failure(fetcher({ maxBytes: 2000 }).fetch(URI, TOKEN, never));
    expect(error.reason).toBe('STORAGE_OBJECT_TOO_LARGE');

    const noise = gzipSync(randomBytes(1000));
    expect(noise.byteLength).toBeGreaterThan(1000);
    server.put('clips', 'path/clip.wav', noise, { contentEncoding: 'gzip' });
    expect(await fetcher({ maxBytes: 1000 }).fetch(URI, undefined, never)).toHaveLength(1000);
  });
});

describe('concurrency and ending early', () => {
  /** One more request, of another fetcher: whatever was sent before it has arrived when it is answered. */
  async function roundTrip(): Promise<void> {
    server.put('clips', 'round trip', '');
    await fetcher().fetch('gs://clips/round trip', undefined, never);
  }

  test('never more than the bound under way', async () => {
    const gate = Promise.withResolvers<void>();
    const uris = Array.from({ length: 10 }, (_, index) => `gs://clips/${index}`);
    for (const uri of uris) {
      server.put('clips', uri.slice('gs://clips/'.length), uri);
      server.fault('clips', uri.slice('gs://clips/'.length), { kind: 'gate', until: gate.promise });
    }
    const { fetch } = fetcher({ maxConcurrent: 3 });
    const all = Promise.all(uris.map((uri) => fetch(uri, undefined, never)));
    await server.received(3);
    await roundTrip();
    expect(server.requests).toHaveLength(3 + 1);
    gate.resolve();
    expect((await all).map((bytes) => Buffer.from(bytes).toString())).toEqual(uris);
    expect(server.maxInFlight).toBe(3 + 1);
    // Connections are kept for the next fetch.
    expect(server.connections).toBeLessThanOrEqual(3 + 1);
  });

  test('eight at once by default', async () => {
    server.put('clips', 'path/clip.wav', 'sound');
    const gate = Promise.withResolvers<void>();
    server.fault('clips', 'path/clip.wav', { kind: 'gate', until: gate.promise });
    const { fetch } = fetcher();
    const all = Promise.all(Array.from({ length: 20 }, () => fetch(URI, undefined, never)));
    await server.received(8);
    await roundTrip();
    expect(server.requests).toHaveLength(8 + 1);
    gate.resolve();
    await all;
    expect(server.requests).toHaveLength(20 + 1);
  });

  test('the time limit counts the wait for a place', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) {
      server.put('clips', name, 'x');
      server.fault('clips', name, { kind: 'stall' });
    }
    const { fetch } = fetcher({ maxConcurrent: 1, timeoutMs: 300 });
    const ends = names.map((name) => failure(fetch(`gs://clips/${name}`, undefined, never)));
    for (const { reason } of await Promise.all(ends)) expect(reason).toBe('STORAGE_TIMEOUT');
    // Each would have had its turn had its time begun with it. The second may have one: its time ends a moment after the first's.
    expect(server.requests.length).toBeLessThan(names.length - 1);
  });

  test.each<[string, Fault]>([
    ['before the head', { kind: 'stall' }],
    ['in the body', { kind: 'stall-body', afterBytes: 2 }],
  ])("the request's signal ends a fetch %s and frees its place", async (_, fault) => {
    server.put('clips', 'path/clip.wav', 'sound');
    server.put('clips', 'next', 'next');
    server.fault('clips', 'path/clip.wav', fault);
    const { fetch } = fetcher({ maxConcurrent: 1 });
    const control = new AbortController();
    const reason = new Error('the client went away');
    const stuck = fetch(URI, TOKEN, control.signal);
    const next = fetch('gs://clips/next', undefined, never);
    await server.received(1);
    control.abort(reason);
    await expect(stuck).rejects.toBe(reason);
    expect(Buffer.from(await next).toString()).toBe('next');
  });

  test('a signal that has aborted sends nothing; one that aborts in the line leaves it', async () => {
    server.put('clips', 'path/clip.wav', 'sound');
    server.fault('clips', 'path/clip.wav', { kind: 'stall' });
    const { fetch } = fetcher({ maxConcurrent: 1 });
    await expect(fetch(URI, TOKEN, AbortSignal.abort())).rejects.toThrow(/aborted/);
    const [first, second] = [new AbortController(), new AbortController()];
    const stuck = fetch(URI, TOKEN, first.signal);
    const waiting = fetch(URI, TOKEN, second.signal);
    await server.received(1);
    second.abort();
    await expect(waiting).rejects.toThrow(/aborted/);
    first.abort();
    await expect(stuck).rejects.toThrow(/aborted/);
    expect(server.requests).toHaveLength(1);
  });

  test('an abort in the second attempt does not trip over the first', async () => {
    server.put('clips', 'path/clip.wav', 'sound');
    server.fault('clips', 'path/clip.wav', { kind: 'status', status: 503, times: 1 });
    const control = new AbortController();
    const work = fetcher().fetch(URI, TOKEN, control.signal);
    await server.received(1);
    server.fault('clips', 'path/clip.wav', { kind: 'stall' });
    await server.received(2);
    control.abort();
    await expect(work).rejects.toThrow(/aborted/);
  });

  test('close ends what is under way and what waits, and refuses what comes', async () => {
    server.put('clips', 'path/clip.wav', 'sound');
    server.fault('clips', 'path/clip.wav', { kind: 'stall' });
    const one = fetcher({ maxConcurrent: 1 });
    const works = [one.fetch(URI, TOKEN, never), one.fetch(URI, TOKEN, never)];
    await server.received(1);
    one.close();
    for (const work of [...works, one.fetch(URI, TOKEN, never)]) {
      const error = await failure(work);
      expect(error.reason).toBe('STORAGE_UNAVAILABLE');
      expect(error.message).toContain('shutting down');
    }
  });
});

describe('what the caller wrote', () => {
  test.each([
    ['http://host/clip.wav', /20 characters came that does not begin with gs:\/\//],
    ['', /0 characters/],
    [`${TOKEN}`, /does not begin with gs:\/\//],
    ['gs://', /bucket name/],
    ['gs://clips', /no object name/],
    ['gs://clips/', /no object name/],
    ['gs://UPPER/clip.wav', /bucket name/],
    ['gs://../clip.wav', /bucket name/],
    ['gs://clips/..', /object name .* is ".."/],
    ['gs://clips/.', /object name .* is "."/],
    ['gs://clips/a\nb', /clips\/a\\u\{a\}b has a line break/],
    ['gs://clips/\ud800', /half of a surrogate/],
    [`gs://clips/${'é'.repeat(513)}`, /has 1026 bytes, more than 1024/],
  ])('%j is INVALID_VALUE', async (uri, text) => {
    const error = await failure(fetcher().fetch(uri, TOKEN, never));
    expect(error.reason).toBe('INVALID_VALUE');
    expect(error.message).toMatch(text);
    expect(server.requests).toHaveLength(0);
  });

  test.each(['', `Bearer ${TOKEN}`, `${TOKEN}\r\nHost: elsewhere`, `${TOKEN}é`])(
    'a token that is none is INVALID_VALUE and is not shown',
    async (token) => {
      const error = await failure(fetcher().fetch(URI, token, never));
      expect(error.reason).toBe('INVALID_VALUE');
      expect(error.message).toContain(`${token.length} characters`);
      expect(server.requests).toHaveLength(0);
    },
  );

  test('a long name is shown in part, its control characters escaped', async () => {
    server.put('clips', 'x', '');
    const error = await failure(fetcher().fetch(`gs://clips/\u0007\u202e${'🎵'.repeat(250)}`, TOKEN, never));
    expect(error.message).toContain('gs://clips/\\u{7}\\u{202e}🎵');
    expect(error.message.isWellFormed()).toBe(true);
    expect(error.message.length).toBeLessThan(350);
  });
});
