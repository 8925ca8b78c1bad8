// Owns the change of the model while the server serves, by signal and by the admin listener, and workers that hang for good.
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, json } from '../src/expectation.ts';
import { startFakeStorage } from '../src/fake-storage.ts';
import { type MarkerModel, markerOnnx } from '../src/marker-onnx.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { type Answer, send } from '../src/send.ts';
import { runToExit, type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { wavFile } from '../src/wav-file.ts';

const PREDICT = profiles['default']?.path ?? '';
const SHAPE = { inputLength: 32_000, outputLength: 512 };
/** A row of ones: its embedding's numbers are the model's scale. */
const ONES = Array.from({ length: SHAPE.inputLength }, () => 1);

let folder: string;
let model: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-swap-'));
  model = join(folder, 'served.onnx');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Puts a model in the place of the served one, at once as a deployment tool does. Its version is its scale. */
async function put(scale: number, facts: Partial<MarkerModel> = {}): Promise<void> {
  const next = join(folder, 'next.onnx');
  await writeFile(next, markerOnnx({ ...SHAPE, scale, metadata: { version: `v${scale}` }, ...facts }));
  await rename(next, model);
}

function start(args: readonly string[] = []): Promise<ServerProcess> {
  return startReadyServer({ args: ['--model', model, '--admin-port', '0', ...args], env: { TOKEN: SERVER_TOKEN } });
}

function predict(server: ServerProcess, rows: readonly (readonly number[])[]): Promise<Answer> {
  return send(server.url, {
    method: 'POST',
    path: PREDICT,
    headers: { authorization: `Bearer ${SERVER_TOKEN}`, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ instances: rows.map((input_array) => ({ input_array })) })),
  });
}

/** `v2 2 2`: the version that an answer names, and the first number of each of its predictions. */
function summary(answer: Answer): string {
  const predictions = at(json(answer), 'predictions');
  if (answer.status !== 200 || !Array.isArray(predictions)) return `${answer.status} ${answer.body}`;
  const numbers = predictions.map((prediction) => at(prediction, 'embedding', 0) ?? at(prediction, 'error', 'reason'));
  return [at(json(answer), 'modelVersionId'), ...numbers].join(' ');
}

async function admin(server: ServerProcess, path: string, init: RequestInit = {}) {
  const { adminUrl } = await server.logged(({ msg }) => msg === 'listening');
  const answer = await fetch(`${adminUrl}${path}`, init);
  return { status: answer.status, body: (await answer.json()) as unknown };
}

const reload = (server: ServerProcess) => admin(server, '/reload', { method: 'POST' });

describe('a reload', () => {
  test('under load fails no call, and every answer names the model that computed it', async () => {
    await put(1);
    await using server = await start(['--workers', '2']);
    const seen = new Set<string>();
    let stop = false;
    const client = async (): Promise<void> => {
      while (!stop) seen.add(summary(await predict(server, [ONES, ONES])));
    };
    const clients = Array.from({ length: 4 }, client);
    for (const scale of [2, 3, 4]) {
      await put(scale);
      expect(await reload(server)).toMatchObject({
        status: 200,
        body: { models: [{ result: 'swapped', modelVersionId: `v${scale}` }] },
      });
      // Whoever was told of the swap gets the new model from then on.
      expect(summary(await predict(server, [ONES]))).toBe(`v${scale} ${scale}`);
    }
    // Several at once come one after the other; the later ones find nothing new.
    await put(5);
    const together = await Promise.all([reload(server), reload(server), reload(server)]);
    expect(together.map(({ body }) => at(body, 'models', 0, 'result'))).toEqual(['swapped', 'unchanged', 'unchanged']);
    await put(6);
    server.signal('SIGHUP');
    await expect.poll(async () => summary(await predict(server, [ONES])), { timeout: 20_000 }).toBe('v6 6');
    stop = true;
    await Promise.all(clients);
    const wrong = [...seen].filter((answer) => !/^v(\d) \1 \1$/.test(answer));
    expect(wrong).toEqual([]);
    expect([...seen].sort()).toEqual(expect.arrayContaining(['v1 1 1', 'v4 4 4']));
    // The old ones are gone: nothing but the model that is served holds memory.
    await expect.poll(() => closed(server), { timeout: 20_000 }).toBe(5);
  });

  test('a call that began with the old model ends with it', async () => {
    await put(1);
    await using server = await start(['--workers', '1']);
    const body = Buffer.from(JSON.stringify({ instances: [{ input_array: ONES }] }));
    const answered = Promise.withResolvers<string>();
    const slow = request(`${server.url}${PREDICT}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${SERVER_TOKEN}`,
        'content-type': 'application/json',
        'content-length': body.length,
        // Answered when the server turns to the call: from then on it is the old model's.
        expect: '100-continue',
      },
    });
    slow.on('error', answered.reject);
    slow.on('response', async (response) => {
      const answer = JSON.parse(Buffer.concat(await response.toArray()).toString());
      answered.resolve([answer.modelVersionId, answer.predictions?.[0]?.embedding?.[0]].join(' '));
    });
    slow.flushHeaders();
    await once(slow, 'continue');
    slow.write(body.subarray(0, 1000));
    await put(2);
    expect((await reload(server)).status).toBe(200);
    expect(summary(await predict(server, [ONES]))).toBe('v2 2');
    expect(closed(server)).toBe(0);
    slow.end(body.subarray(1000));
    expect(await answered.promise).toBe('v1 1');
    await server.logged(({ msg }) => msg === 'old model closed');
  });

  test.each([
    {
      given: 'no model',
      content: () => Buffer.from('not a model'),
      want: /Expected an ONNX model, served\.onnx is none/,
    },
    {
      given: 'a model of another shape',
      content: () => markerOnnx({ inputLength: 16_000, outputLength: 512, scale: 1 }),
      want: /has input x \[N,16000\]; expected x \[N,32000\]/,
    },
    {
      given: 'a model that asks for more memory than there is',
      content: () => markerOnnx({ ...SHAPE, scale: 2, exhaustsMemory: true }),
      want: /^The model could not be loaded; the log says why\.$/,
    },
    { given: 'no file', content: () => undefined, want: /served\.onnx cannot be read \(ENOENT\)/ },
  ])('that finds $given leaves the old model serving, and says why', async ({ content, want }) => {
    await put(1);
    await using server = await start(['--workers', '1']);
    const bytes = content();
    if (bytes === undefined) await rm(model);
    else await writeFile(model, bytes);
    const { status, body } = await reload(server);
    expect([status, at(body, 'models', 0, 'result'), at(body, 'models', 0, 'modelVersionId')]).toEqual([
      422,
      'refused',
      'v1',
    ]);
    expect(at(body, 'models', 0, 'problem')).toMatch(want);
    expect(JSON.stringify(body)).not.toContain(folder);
    await server.logged(({ msg }) => msg === 'reload refused: the old model goes on');
    expect(summary(await predict(server, [ONES]))).toBe('v1 1');
    await put(3);
    expect((await reload(server)).status).toBe(200);
    expect(summary(await predict(server, [ONES]))).toBe('v3 3');
  });
});

describe('memory', () => {
  test('that is not enough for a second model refuses the swap with the sum, and the old model goes on', async () => {
    await put(1);
    // The server and one worker; a second one does not fit.
    await using server = await start(['--workers', '1', '--max-memory-bytes', '170000000']);
    await server.logged(({ msg }) => msg === 'no memory for a second model: a reload will be refused');
    expect(await reload(server)).toMatchObject({ status: 200, body: { models: [{ result: 'unchanged' }] } });
    await put(2);
    const { status, body } = await reload(server);
    expect(status).toBe(422);
    expect(at(body, 'models', 0, 'problem')).toContain(
      'the models need 0.18 GB of memory (hear: 1 worker × 0.02 GB + hear: 1 worker × 0.02 GB that serve until then + 0.15 GB for the server), but there are 0.17 GB',
    );
    expect(summary(await predict(server, [ONES]))).toBe('v1 1');
  });

  test('that is not enough for a worker on each core gives fewer workers, unless they are asked for', async () => {
    await put(1);
    const few = ['--max-memory-bytes', '181000000'];
    await using server = await start(few);
    expect(await server.logged(({ msg }) => msg === 'model ready')).toMatchObject({ workers: 1 });
    const { code, stderr } = await runToExit({
      args: ['--model', model, '--port', '0', '--max-memory-bytes', '164000000', '--workers', '1'],
      env: { TOKEN: SERVER_TOKEN },
    });
    expect(stderr).toContain(
      'the models need 0.17 GB of memory (hear: 1 worker × 0.02 GB + 0.15 GB for the server), but there are 0.16 GB; ',
    );
    expect(code).toBe(78);
  });
});

test('a worker that is lost after another model came to the place of its own is not replaced by that one', async () => {
  await put(1, { hangs: true });
  await using server = await start(['--workers', '1', '--infer-timeout-ms', '700']);
  await put(2);
  const poison = ONES.map((_, index) => (index === 0 ? 9e18 : 1));
  // The worker is gone with its first clip: whoever waits is told so, by a status that asks to try again.
  expect((await predict(server, [poison, ONES])).status).toBe(503);
  const lost = await server.logged(({ msg }) => msg === 'a worker was lost and is given up');
  expect(lost).toMatchObject({ cause: 'UNUSABLE_MODEL', workersReady: 0 });
  expect((await predict(server, [ONES])).status).toBe(503);
  // Nothing but a restart or a reload helps, and whoever watches the process must learn that.
  const health = async (state: string) =>
    (await send(server.url, { method: 'GET', path: `/health/${state}`, headers: {} })).status;
  expect([await health('live'), await health('ready')]).toEqual([503, 503]);
  expect((await reload(server)).status).toBe(200);
  expect([await health('live'), await health('ready')]).toEqual([200, 200]);
  expect(summary(await predict(server, [ONES]))).toBe('v2 2');
});

test('of a model in Cloud Storage brings the new object, and keeps no more copies than going back needs', async () => {
  await using storage = await startFakeStorage({ clip: wavFile({}) });
  storage.release();
  const cache = join(folder, 'cache');
  const bytes = (scale: number) => markerOnnx({ ...SHAPE, scale, metadata: { version: `v${scale}` } });
  storage.putModel(bytes(1));
  await using server = await startReadyServer({
    args: ['--model', 'gs://contract-tests/models/', '--cache-dir', cache, '--admin-port', '0', '--workers', '1'],
    env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url },
  });
  for (const scale of [2, 3, 4, 5]) {
    storage.putModel(bytes(scale));
    expect(await reload(server)).toMatchObject({ status: 200, body: { models: [{ result: 'swapped' }] } });
    expect(summary(await predict(server, [ONES]))).toBe(`v${scale} ${scale}`);
  }
  await expect.poll(() => closed(server), { timeout: 20_000 }).toBe(4);
  const copies = (await readdir(join(cache, 'downloads'))).filter((name) => /^[0-9a-f]{32}$/.test(name));
  expect(copies).toHaveLength(3);
});

describe('the admin listener', () => {
  test('tells how the engines are, is not on the public port, and answers no web page', async () => {
    await put(1);
    await using server = await start(['--workers', '1']);
    expect(await admin(server, '/status')).toMatchObject({
      status: 200,
      body: { phase: 'serving', models: [{ algorithm: ALGORITHM, state: 'ready', workers: 1, queueDepth: 0 }] },
    });
    expect((await admin(server, '/reload')).status).toBe(404);
    const page = { method: 'POST', headers: { origin: 'https://example.com' } };
    expect((await admin(server, '/reload', page)).status).toBe(403);
    const { adminUrl } = await server.logged(({ msg }) => msg === 'listening');
    // A name of another site that leads here, as DNS rebinding makes one.
    const rebound = await send(String(adminUrl), { method: 'POST', path: '/reload', headers: { host: 'example.com' } });
    expect(rebound.status).toBe(403);
    const publicly = await send(server.url, {
      method: 'POST',
      path: '/reload',
      headers: { authorization: `Bearer ${SERVER_TOKEN}` },
    });
    expect(publicly.status).toBe(404);
  });
});

describe('a clip on which native code hangs', () => {
  test('fails alone; the worker is replaced, others are answered, and the process still ends', async () => {
    await put(1, { hangs: true });
    await using server = await start(['--workers', '1', '--infer-timeout-ms', '700', '--drain-timeout-ms', '3000']);
    const poison = ONES.map((_, index) => (index === 0 ? 9e18 : 1));
    expect(summary(await predict(server, [ONES, poison, ONES]))).toBe('v1 1 INFERENCE_FAILED 1');
    expect(summary(await predict(server, [ONES]))).toBe('v1 1');
    const losses = server.log().filter(({ msg }) => String(msg).startsWith('a worker was lost'));
    expect(losses.map(({ cause }) => cause)).toEqual(['HUNG', 'HUNG']);
    server.signal('SIGTERM');
    // Two threads are left in native code, for which the exit of a process waits: it has to end itself.
    expect(await server.exited).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(server.log().some(({ msg }) => String(msg).includes('hang in native code'))).toBe(true);
  });
});

function closed(server: ServerProcess): number {
  return server.log().filter(({ msg }) => msg === 'old model closed').length;
}
