// Owns the proof that the validation proxy passes everything on unharmed, finds what breaks the contract and says where, and keeps
// good examples without tokens: before the real server and before one that is broken on purpose.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type BrokenServer, startBrokenServer, type WAYS_TO_BREAK } from '../src/broken-server.ts';
import { readContract } from '../src/contract.ts';
import { at, json } from '../src/expectation.ts';
import { FORM_TYPE, formBody } from '../src/form-body.ts';
import { type MockProcess, runMockToExit, startMock } from '../src/mock-process.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { send } from '../src/send.ts';
import { type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { wavFile } from '../src/wav-file.ts';

const PREDICT = profiles['default']?.path ?? '';
const RAW_PREDICT = PREDICT.replace(/:predict$/, ':rawPredict');
const GOOD = { input_bytes: wavFile({ rateHz: 4000, bits: 8 }).toString('base64') };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mock-proxy-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Given {
  readonly body?: Uint8Array;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function call(to: { url: string }, { body, path = PREDICT, method = 'POST', headers = {} }: Given) {
  const usual = { authorization: `Bearer ${SERVER_TOKEN}`, 'content-type': 'application/json' };
  return send(to.url, { method, path, headers: { ...usual, ...headers }, body });
}

const bodyOf = (...instances: readonly unknown[]) => Buffer.from(JSON.stringify({ instances }));

/** The count, once everything that was answered has been examined. */
async function summary(proxy: MockProcess): Promise<unknown> {
  return json(await send(proxy.url, { method: 'GET', path: '/mock/violations', headers: {} }));
}

/** Waits for a line: what the proxy printed may still be on its way through the pipe. */
async function printed(proxy: MockProcess, want: RegExp, from = 0): Promise<void> {
  await expect.poll(() => proxy.output().slice(from), { timeout: 10_000 }).toMatch(want);
}

describe('before the real server', () => {
  const file = () => join(folder, 'examples.yaml');
  const recorder = readContract(ALGORITHM).then((contract) => createRecorder(contract));
  let server: ServerProcess;
  let proxy: MockProcess;

  beforeAll(async () => {
    server = await startReadyServer({ env: { TOKEN: SERVER_TOKEN } });
    proxy = await startMock(['--proxy', server.url, '--record', file()]);
  }, 60_000);

  afterAll(async () => {
    await Promise.all([proxy[Symbol.asyncDispose](), server[Symbol.asyncDispose]()]);
  });

  test.each([
    { name: 'a clip', given: { body: bodyOf(GOOD) }, status: 200 },
    {
      name: 'a clip, compressed',
      given: { body: gzipSync(bodyOf(GOOD)), headers: { 'content-encoding': 'gzip' } },
      status: 200,
    },
    {
      name: 'a file itself',
      given: { path: RAW_PREDICT, body: wavFile({}), headers: { 'content-type': 'audio/wav' } },
      status: 200,
    },
    {
      name: 'a form with files',
      given: {
        path: RAW_PREDICT,
        body: formBody([{ file: { $wav: {} } }, { file: { $wav: {} } }]),
        headers: { 'content-type': FORM_TYPE },
      },
      status: 200,
    },
    { name: 'the endpoints', given: { method: 'GET', path: '/v1/projects/p/locations/l/endpoints' }, status: 200 },
    {
      name: 'the model',
      given: { method: 'GET', path: `/v1/projects/p/locations/l/models/${ALGORITHM}` },
      status: 200,
    },
    { name: 'a schema', given: { method: 'GET', path: `/schemata/${ALGORITHM}/instance.yaml` }, status: 200 },
    { name: 'health', given: { method: 'GET', path: '/health' }, status: 200 },
    { name: 'health by HEAD', given: { method: 'HEAD', path: '/health' }, status: 200 },
  ])('passes $name on and finds nothing wrong', async ({ given, status }) => {
    const before = at(await summary(proxy), 'violations');
    const [direct, through] = [await call(server, given), await call(proxy, given)];
    expect(through.status).toBe(status);
    // Ids, dates and links back to the address that was asked are each call's own.
    expect(Object.keys(through.headers)).toEqual(
      expect.arrayContaining(
        Object.keys(direct.headers).filter((name) => name !== 'connection' && name !== 'keep-alive'),
      ),
    );
    expect(through.body.byteLength).toBe(direct.body.byteLength);
    const path = given.path ?? PREDICT;
    expect((await recorder).record({ method: given.method ?? 'POST', path, answer: through })).toEqual([]);
    expect(at(await summary(proxy), 'violations')).toEqual(before);
  });

  test('finds what is wrong in a request, with its place', async () => {
    const answer = await call(proxy, { body: bodyOf(GOOD, { input_array: [1, 2] }) });
    expect(at(json(answer), 'predictions', 1, 'error', 'reason')).toBe('INVALID_LENGTH');
    await summary(proxy);
    await printed(proxy, /request body \$\.instances\[1\]: INVALID_LENGTH/);
    const missing = await call(proxy, { body: Buffer.from('{"extra":1}') });
    expect(missing.status).toBe(400);
    await summary(proxy);
    await printed(proxy, /request body \$: .*must have required property 'instances'/);
    expect(at(await summary(proxy), 'violations', 'response')).toBe(0);
  });

  test('keeps good examples once each, without any token, readable by their owner alone', async () => {
    const before: unknown = parse(await readFile(file(), 'utf8'));
    await call(proxy, { body: bodyOf(GOOD), headers: { 'x-request-id': SERVER_TOKEN.slice(0, 100) } });
    await call(proxy, {
      body: bodyOf({ gcs_uri: 'gs://bucket-of-nobody/clip.wav', bearer_token: 'storage-secret-123' }),
      path: `${PREDICT}?access_token=${SERVER_TOKEN}`,
    });
    await summary(proxy);
    const text = await readFile(file(), 'utf8');
    const examples: unknown = parse(text);
    expect(text).not.toContain(SERVER_TOKEN);
    expect(text).not.toContain('storage-secret-123');
    const operations = Array.isArray(examples) ? examples.map((example) => at(example, 'operation')) : [];
    expect(operations).toEqual(
      expect.arrayContaining(['predictHear', 'listEndpoints', 'getModel', 'getHealth', 'getSchema']),
    );
    expect(Array.isArray(before) && before.length).toBeGreaterThan(4);
    // A request that breaks the contract is no example.
    expect(text).not.toContain('extra');
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    // Other calls are other examples; the same call is there once.
    const keys = Array.isArray(examples)
      ? examples.map((example) => JSON.stringify([at(example, 'request'), at(example, 'response', 'status')]))
      : [];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('says how much it saw when it ends', async () => {
    proxy.signal('SIGTERM');
    expect(await proxy.exited).toEqual({ code: 0, signal: null });
    expect(proxy.output()).toMatch(/\d+ calls, 1 unchecked, 0 unanswered; violations: \d+ in requests, 0 in answers/);
  });

  test('goes on with the examples of an earlier run, and overwrites nothing else', async () => {
    const before = await readFile(file(), 'utf8');
    await using again = await startMock(['--proxy', server.url, '--record', file()]);
    await call(again, { method: 'GET', path: '/health/live' });
    await summary(again);
    expect((await readFile(file(), 'utf8')).startsWith(before)).toBe(true);
    const other = join(folder, 'notes.yaml');
    await writeFile(other, 'my: notes\n');
    const { code, output } = await runMockToExit(['--port', '0', '--proxy', server.url, '--record', other]);
    expect(code).toBe(78);
    expect(output).toContain('holds no recorded examples');
    expect(await readFile(other, 'utf8')).toBe('my: notes\n');
  });
});

describe('before a broken server', () => {
  let server: BrokenServer;
  let proxy: MockProcess;

  beforeAll(async () => {
    server = await startBrokenServer();
    proxy = await startMock([
      '--proxy',
      server.url,
      '--record',
      join(folder, 'broken.json'),
      '--max-body-bytes',
      '1000000',
    ]);
  }, 60_000);

  afterAll(async () => {
    await Promise.all([proxy[Symbol.asyncDispose](), server[Symbol.asyncDispose]()]);
  });

  /** Name → what the proxy has to say of it. */
  const found: Readonly<Record<keyof typeof WAYS_TO_BREAK, RegExp>> = {
    'not at all': /recorded: predictHear 200/,
    '511 numbers': /response body \$\.predictions\[0\]\.embedding: .*fewer than 512/,
    'an undeclared status': /predictHear 418, response response: Unable to match the returned status/,
    'an error beside the embedding': /response body \$\.predictions\[0\]: .*(exactly one|additional)/,
    'a missing field': /response body \$: .*'modelVersionId'/,
    'an unknown field': /response body \$: .*'extra'/,
    'a prediction too many': /response body \$\.predictions: must hold a prediction for each of 1 instances, holds 2/,
    NaN: /response body: says JSON and is not/,
    'a lying content type': /response .*media type "text\/html"/,
    'text that says it is JSON': /response body: says JSON and is not/,
    'no request id': /response header .*x-request-id/i,
    'a wrong error': /predictHear 400, response body \$\.error: .*object/,
    'a field twice': /response body: names \$\.model more than once/,
  };

  test.each(Object.entries(found))('finds %s', async (way, want) => {
    const before = proxy.output().length;
    await call(proxy, { body: bodyOf(GOOD), headers: { 'x-break': way } });
    await call(proxy, { body: bodyOf(GOOD), headers: { 'x-break': way } });
    await summary(proxy);
    await printed(proxy, want, before);
  });

  test('counts the same finding at the same place together', async () => {
    const places = at(await summary(proxy), 'places');
    const short = (Array.isArray(places) ? places : []).find((place) =>
      /fewer than 512/.test(String(at(place, 'message'))),
    );
    expect(short).toMatchObject({ count: 2, side: 'response', operation: 'predictHear', status: 200 });
  });

  test('kept the one good example alone, and fell over none of the others', async () => {
    expect(proxy.output()).not.toContain('bug');
    const examples: unknown = JSON.parse(await readFile(join(folder, 'broken.json'), 'utf8'));
    expect(examples).toHaveLength(1);
  });

  test('hands on an answer that is cut as one that is cut', async () => {
    await expect(call(proxy, { body: bodyOf(GOOD), headers: { 'x-break': 'a cut answer' } })).rejects.toThrow(
      /aborted|ECONNRESET|hang up/,
    );
    expect(at(await summary(proxy), 'unanswered')).toBe(1);
  });

  test('passes 30 MB of any bytes unharmed, and says that it did not check them', async () => {
    const body = randomBytes(30_000_000);
    const before = at(await summary(proxy), 'unchecked');
    const answer = await call(proxy, { body, path: '/bytes', headers: { 'content-type': 'application/octet-stream' } });
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(answer.body)).toBe(hash(body));
    expect(at(await summary(proxy), 'unchecked')).toBe(Number(before) + 1);
  });

  test('says when it cannot write, and goes on', async () => {
    await using own = await startMock(['--proxy', server.url, '--record', join(folder, 'no-such-folder', 'x.yaml')]);
    for (const id of ['1', '2']) {
      const answer = await call(own, { body: bodyOf({ gcs_uri: `gs://bucket/${id}.wav` }) });
      expect(answer.status).toBe(200);
    }
    await summary(own);
    await printed(own, /cannot be written[\s\S]*cannot be written/);
    expect(own.output()).not.toContain('bug');
  });

  test('says that the server is not there when it is not', async () => {
    await using lost = await startMock(['--proxy', 'http://127.0.0.1:1']);
    const answer = await call(lost, { body: bodyOf(GOOD) });
    expect([answer.status, at(json(answer), 'error', 'details', 0, 'reason')]).toEqual([503, 'UNHEALTHY']);
    expect(at(await summary(lost), 'unanswered')).toBe(1);
  });
});
