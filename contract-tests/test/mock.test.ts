// Owns the proof that the mock, as a process, does what its README says: every declared answer on demand, scenarios, browsers,
// start and end. What it says of clips and bodies is proven in mock-cases.test.ts.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readContract } from '../src/contract.ts';
import { at, json } from '../src/expectation.ts';
import { type MockProcess, runMockToExit, startMock } from '../src/mock-process.ts';
import { CONTAINER_PREDICT, profiles } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { type Answer, send } from '../src/send.ts';
import { ALGORITHM } from '../src/subject.ts';

const PREDICT = profiles['default']?.path ?? '';
const PARENT = '/v1/projects/demo/locations/us-central1';
const CLIP = { gcs_uri: 'gs://bucket/clip.wav' };
const contract = await readContract(ALGORITHM);
const recorder = createRecorder(contract);
let mock: MockProcess;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mock-'));
  mock = await startMock(['--container']);
}, 60_000);

afterAll(async () => {
  await mock[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Given {
  readonly to?: MockProcess;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly instances?: readonly unknown[];
}

function call({
  to = mock,
  method = 'POST',
  path = PREDICT,
  headers = {},
  instances = [CLIP],
}: Given = {}): Promise<Answer> {
  const body = method === 'POST' ? Buffer.from(JSON.stringify({ instances })) : undefined;
  const usual = { authorization: 'Bearer any', ...(body && { 'content-type': 'application/json' }) };
  return send(to.url, { method, path, headers: { ...usual, ...headers }, body });
}

function scenario(content: object): Readonly<Record<string, string>> {
  return { 'x-mock-scenario': JSON.stringify(content) };
}

const reasonOf = (answer: Answer) => at(json(answer), 'error', 'details', 0, 'reason');

describe('Prefer', () => {
  const values: Readonly<Record<string, string>> = {
    project: 'demo',
    location: 'us-central1',
    endpoint: ALGORITHM,
    deployedModel: '222',
    model: ALGORITHM,
    schema: 'instance',
    version: '1',
  };
  const declared = contract.paths.flatMap(({ template, operations }) =>
    [...operations].flatMap(([method, { id, answers }]) =>
      [...answers.keys()].map((status) => ({
        id,
        status,
        method,
        path: template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''),
      })),
    ),
  );

  test.each(declared)('$id answers $status on demand, as the contract says', async ({ status, method, path }) => {
    const answer = await call({ method, path, headers: { prefer: `code=${status}` } });
    expect(answer.status).toBe(status);
    expect(recorder.record({ method, path, answer })).toEqual([]);
  });

  test('names an example', async () => {
    const answer = await call({ headers: { prefer: 'example=oneBadClip' } });
    expect(answer.body.toString()).toContain('"error"');
    expect(recorder.record({ method: 'POST', path: PREDICT, answer })).toEqual([]);
  });

  test('makes up a resource', async () => {
    const path = `${PARENT}/models/${ALGORITHM}`;
    const answer = await call({ method: 'GET', path, headers: { prefer: 'dynamic=true' } });
    expect(recorder.record({ method: 'GET', path, answer })).toEqual([]);
    expect(at(json(answer), 'name')).not.toBe(path.slice('/v1/'.length));
  });

  test.each(['code=418', 'code=abc', 'example=noSuchExample'])('refuses %s with what is wrong', async (prefer) => {
    const answer = await call({ headers: { prefer } });
    expect([answer.status, reasonOf(answer)]).toEqual([400, 'INVALID_VALUE']);
  });

  test('does not open a door', async () => {
    const answer = await send(mock.url, { method: 'POST', path: PREDICT, headers: { prefer: 'code=503' } });
    expect(answer.status).toBe(401);
  });
});

describe('numbers', () => {
  test('are the same on another run, in every form of the call, and differ between clips', async () => {
    await using other = await startMock();
    const instances = [CLIP, { gcs_uri: 'gs://bucket/other.wav' }];
    const first = at(json(await call({ instances })), 'predictions');
    expect(at(json(await call({ to: other, instances })), 'predictions')).toEqual(first);
    expect(at(json(await call({ path: CONTAINER_PREDICT, instances })), 'predictions')).toEqual(first);
    expect(at(first, 0)).not.toEqual(at(first, 1));
  });
});

describe('a scenario in the header', () => {
  test.each([
    { given: { status: 429, retry_after_s: 7 }, status: 429, reason: 'QUEUE_FULL', retryAfter: '7' },
    { given: { status: 503 }, status: 503, reason: 'UNHEALTHY', retryAfter: '1' },
    { given: { status: 504 }, status: 504, reason: 'DEADLINE_EXCEEDED', retryAfter: undefined },
    { given: { status: 500 }, status: 500, reason: 'INTERNAL', retryAfter: undefined },
  ])('fails as $given', async ({ given, status, reason, retryAfter }) => {
    const headers = scenario({ faults: [{ share: 1, fault: given }] });
    const answer = await call({ headers });
    expect([answer.status, reasonOf(answer), answer.headers['retry-after']]).toEqual([status, reason, retryAfter]);
    expect(recorder.record({ method: 'POST', path: PREDICT, answer })).toEqual([]);
    // What is not a prediction goes on.
    expect((await call({ method: 'GET', path: `${PARENT}/endpoints`, headers })).status).toBe(200);
  });

  test.each([0, 1, 100_000_000])('cuts the connection after %d bytes', async (cut_after_bytes) => {
    const headers = scenario({ faults: [{ share: 1, fault: { cut_after_bytes } }] });
    await expect(call({ headers })).rejects.toThrow(/aborted|socket hang up|ECONNRESET/);
    expect((await call()).status).toBe(200);
  });

  test('sends slowly, and all of it', async () => {
    const whole = await call();
    const slow = await call({ headers: scenario({ faults: [{ share: 1, fault: { bytes_per_s: 30_000 } }] }) });
    expect(slow.body).toEqual(whole.body);
  });

  test('plays planned calls in their order', async () => {
    const headers = scenario({ why: 'a client that repeats', calls: [{ status: 429 }, { status: 503 }, 'ok'] });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index++) statuses.push((await call({ headers })).status);
    expect(statuses).toEqual([429, 503, 200, 200]);
  });

  test('fails instances, and the call when all of them fail', async () => {
    const headers = scenario({ seed: 3, failing_instances: { share: 0.5, reason: 'STORAGE_TIMEOUT' } });
    const answer = await call({ headers, instances: Array(20).fill(CLIP) });
    const predictions = Array.from({ length: 20 }, (_, index) => at(json(answer), 'predictions', index));
    const reasons = predictions.map((prediction) => at(prediction, 'error', 'reason'));
    expect(new Set(reasons)).toEqual(new Set([undefined, 'STORAGE_TIMEOUT']));
    expect(recorder.record({ method: 'POST', path: PREDICT, answer })).toEqual([]);
    expect((await call({ headers: scenario({ failing_instances: { share: 1 } }) })).status).toBe(500);
  });

  test('limits the bytes both ways', async () => {
    const few = { limits: { request_bytes: 20 } };
    expect((await call({ headers: scenario(few) })).status).toBe(413);
    const answer = await call({ headers: scenario({ limits: { response_bytes: 1000 } }) });
    expect([answer.status, reasonOf(answer)]).toEqual([413, 'BODY_TOO_LARGE']);
    expect((await call({ headers: { 'x-mock-scenario': 'vertex-shared' } })).status).toBe(200);
    const instances = [{ input_bytes: 'A'.repeat(1_600_000) }];
    expect((await call({ headers: { 'x-mock-scenario': 'vertex-shared' }, instances })).status).toBe(413);
    expect((await call({ headers: { 'x-mock-scenario': 'vertex-dedicated' }, instances })).status).toBe(200);
  });

  test('gives up after its timeout', async () => {
    const headers = scenario({ latency: { fixed_ms: 3_000_000 }, limits: { timeout_ms: 10 } });
    expect((await call({ headers })).status).toBe(504);
  });

  test('is cold at first, but alive', async () => {
    const headers = scenario({ cold_start_s: 3000 });
    const answer = await call({ headers });
    expect([answer.status, reasonOf(answer), answer.headers['retry-after']]).toEqual([503, 'STARTING', '3000']);
    expect((await call({ method: 'GET', path: '/health', headers })).status).toBe(503);
    expect((await call({ method: 'GET', path: '/health/live', headers })).status).toBe(200);
  });

  test('lets a token expire', async () => {
    const answer = await call({ headers: scenario({ token_lifetime_s: 0 }) });
    expect([answer.status, reasonOf(answer)]).toEqual([401, 'INVALID_TOKEN']);
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  test.each(['no-such-scenario', '{"latency": 1}', '../scenarios/flaky', '/etc/passwd'])(
    'is refused: %s',
    async (given) => {
      const answer = await call({ headers: { 'x-mock-scenario': given } });
      expect([answer.status, reasonOf(answer)]).toEqual([400, 'INVALID_VALUE']);
    },
  );
});

describe('a browser', () => {
  test('may call from any page', async () => {
    const headers = {
      origin: 'http://page',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const preflight = await send(mock.url, { method: 'OPTIONS', path: PREDICT, headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': 'authorization',
    });
    for (const answer of [await call(), await call({ method: 'GET', path: '/nowhere' })]) {
      expect(answer.headers['access-control-allow-origin']).toBe('*');
    }
  });

  test('finds the documentation, and a document that leads back here', async () => {
    expect((await call({ method: 'GET', path: '/docs' })).headers['location']).toBe(`/docs/${ALGORITHM}`);
    const page = await call({ method: 'GET', path: `/docs/${ALGORITHM}` });
    const sources = [...page.body.toString().matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(sources.length).toBeGreaterThan(2);
    for (const path of sources) expect([path, (await call({ method: 'GET', path })).status]).toEqual([path, 200]);
    const document = await call({ method: 'GET', path: `/openapi/${ALGORITHM}.json` });
    expect(at(json(document), 'servers', 0, 'url')).toBe(mock.url);
    const short = await call({ method: 'GET', path: '/openapi.json' });
    expect(short.headers['location']).toBe(`/openapi/${ALGORITHM}.json`);
    expect((await call({ method: 'GET', path: '/openapi/other.json' })).status).toBe(404);
  });
});

describe('a start', () => {
  test('with --help lists the flags and ends well', async () => {
    const { code, output } = await runMockToExit(['--help']);
    expect(code).toBe(0);
    for (const flag of ['--port', '--scenario', '--proxy', '--record', '--token']) expect(output).toContain(flag);
  });

  test('names all mistakes at once', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'latency: { fixed_ms: no }\n');
    const { code, output } = await runMockToExit([
      '--port',
      '99999',
      '--scenario',
      file,
      '--record',
      'x',
      '--project',
      '/',
    ]);
    expect(code).toBe(78);
    for (const text of [
      '--port: expected',
      'latency.fixed_ms must be number',
      '--record: needs --proxy',
      '--project:',
    ]) {
      expect(output).toContain(text);
    }
  });

  test.each([
    { given: ['--algorithms', 'nope'], want: /--algorithms: expected some of .*, got nope/ },
    { given: ['--endpoint', '4711'], want: /--endpoint is for one algorithm, .* choose one with --algorithms/ },
  ])('refuses $given', async ({ given, want }) => {
    const { code, output } = await runMockToExit(given);
    expect(code).toBe(78);
    expect(output).toMatch(want);
  });

  test('on a taken port says so', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    // A server that listens on a TCP port has an AddressInfo.
    const { port } = taken.address() as AddressInfo;
    const { code, output } = await runMockToExit(['--port', String(port)]);
    taken.close();
    expect(code).toBe(78);
    expect(output).toContain('The port is taken');
  });

  test('with a scenario file and a token keeps to them', async () => {
    const file = join(folder, 'right.yaml');
    await writeFile(file, 'calls: [{ status: 429, retry_after_s: 3 }]\n');
    await using own = await startMock(['--scenario', file, '--token', 'the-token']);
    const headers = { authorization: 'Bearer the-token' };
    const first = await call({ to: own, headers });
    expect([first.status, first.headers['retry-after']]).toEqual([429, '3']);
    expect((await call({ to: own, headers })).status).toBe(200);
    expect((await call({ to: own })).status).toBe(401);
  });
});

describe('an end', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('by %s finishes the call under way and exits with 0', async (signal) => {
    await using own = await startMock();
    const response = await fetch(own.url + PREDICT, {
      method: 'POST',
      headers: {
        authorization: 'Bearer any',
        'content-type': 'application/json',
        ...scenario({ calls: [{ bytes_per_s: 20_000 }] }),
      },
      body: JSON.stringify({ instances: [CLIP] }),
    });
    // The head is here and the body is still coming.
    own.signal(signal);
    expect(at(await response.json(), 'predictions', 0, 'error')).toBeUndefined();
    expect(await own.exited).toEqual({ code: 0, signal: null });
  });
});
