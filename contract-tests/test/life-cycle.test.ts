// Owns the server's start and end as its operator and its load balancer see them: starting, ready, draining, gone.

import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readContract } from '../src/contract.ts';
import { at, json, reasonOf } from '../src/expectation.ts';
import { type FakeStorage, startFakeStorage } from '../src/fake-storage.ts';
import { CONTAINER_PREDICT, profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { repositoryRoot } from '../src/repository-root.ts';
import { type Answer, send } from '../src/send.ts';
import { type ServerProcess, startReadyServer, startServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { wavFile } from '../src/wav-file.ts';

const PREDICT = profiles['default']?.path ?? '';
const recorder = createRecorder(await readContract(ALGORITHM));
const clip = wavFile({});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'life-cycle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Sends one request and holds its answer against the contract. */
async function call(server: ServerProcess, path: string, instances?: readonly object[]): Promise<Answer> {
  const method = instances === undefined ? 'GET' : 'POST';
  const answer = await send(server.url, {
    method,
    path,
    headers: { authorization: `Bearer ${SERVER_TOKEN}`, 'content-type': 'application/json' },
    body: instances && Buffer.from(JSON.stringify({ instances })),
  });
  expect(recorder.record({ method, path, answer })).toEqual([]);
  return answer;
}

const held = [{ gcs_uri: 'gs://contract-tests/held.wav' }];
const good = [{ input_bytes: clip.toString('base64') }];

function serverWith(storage: FakeStorage, args: readonly string[] = []) {
  return { args, env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url } };
}

describe('starting', () => {
  test('it is alive at once, says STARTING until the model is there, and then is ready', async () => {
    const model = await readFile(join(repositoryRoot, '.cache', 'models', `${ALGORITHM}-development.onnx`));
    await using storage = await startFakeStorage({ clip, model });
    const args = ['--model', 'gs://contract-tests/models/', '--cache-dir', folder];
    const settings = serverWith(storage, args);
    await using server = await startServer({ ...settings, env: { ...settings.env, AIP_MODE: 'PREDICTION' } });
    await storage.holding(1);

    expect((await call(server, '/health/live')).status).toBe(200);
    const inference = [
      '/v2/health/ready',
      '/v1/models',
      `/v1/models/${ALGORITHM}`,
      `/v2/models/${ALGORITHM}`,
      `/v2/models/${ALGORITHM}/ready`,
    ];
    const versions = [`/v2/models/${ALGORITHM}/versions/1`, `/v2/models/${ALGORITHM}/versions/1/ready`];
    const own = ['/health', '/health/ready', '/v1/endpoints/1/deployedModels/2', PREDICT.replace(':predict', '')];
    const paths = [...own, ...inference, ...versions];
    expect((await call(server, '/v2/health/live')).status).toBe(200);
    expect((await call(server, '/v2')).status).toBe(200);
    for (const path of [
      ...paths,
      `/v1/projects/p/locations/l/models/${ALGORITHM}`,
      `/schemata/${ALGORITHM}/instance.yaml`,
    ]) {
      const answer = await call(server, path);
      expect([path, answer.status, reasonOf(answer)]).toEqual([path, 503, 'STARTING']);
    }
    const infer = [
      `/v1/models/${ALGORITHM}:predict`,
      `/v2/models/${ALGORITHM}/infer`,
      `/v2/models/${ALGORITHM}/versions/1/infer`,
    ];
    for (const path of [PREDICT, PREDICT.replace('predict', 'rawPredict'), CONTAINER_PREDICT, ...infer]) {
      const answer = await call(server, path, good);
      expect([path, answer.status, reasonOf(answer)]).toEqual([path, 503, 'STARTING']);
    }

    storage.release();
    await server.logged(({ msg }) => msg === 'ready');
    for (const path of paths) expect((await call(server, path)).status).toBe(200);
    expect((await call(server, PREDICT, good)).status).toBe(200);
  });

  test('a signal while the model loads ends it', async () => {
    await using storage = await startFakeStorage({ clip });
    const args = ['--model', 'gs://contract-tests/models/', '--cache-dir', folder];
    await using server = await startServer(serverWith(storage, args));
    await storage.holding(1);
    server.signal('SIGTERM');
    expect(await server.exited).toMatchObject({ code: 0, signal: null });
  });
});

test('a drain that begins before the model is loaded refuses calls as one that drains', async () => {
  await using storage = await startFakeStorage({ clip });
  const args = ['--model', 'gs://contract-tests/models/', '--cache-dir', folder];
  await using server = await startServer(serverWith(storage, args));
  await storage.holding(1);
  // A call whose body is still to come keeps the server open while it drains.
  const slow = request(`${server.url}/v1/projects/p/locations/l/endpoints/e:predict`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SERVER_TOKEN}`, 'content-length': 10, expect: '100-continue' },
  });
  slow.on('error', () => {});
  slow.flushHeaders();
  await once(slow, 'continue');
  server.signal('SIGTERM');
  await server.logged(({ msg }) => String(msg).startsWith('draining'));
  for (const [path, instances] of [[PREDICT, good], [PREDICT.replace(':predict', '')], ['/health/ready']] as const) {
    const answer = await call(server, path, instances);
    expect([path, answer.status, reasonOf(answer)]).toEqual([path, 503, 'DRAINING']);
  }
  slow.destroy();
  expect(await server.exited).toMatchObject({ code: 0, signal: null });
});

describe('ending', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s lets accepted calls finish and refuses new ones', async (signal) => {
    await using storage = await startFakeStorage({ clip });
    await using server = await startReadyServer(serverWith(storage));
    const accepted = call(server, PREDICT, [...held, ...good]);
    await storage.holding(1);
    server.signal(signal);
    await server.logged(({ msg }) => String(msg).startsWith('draining'));

    expect((await call(server, '/health/live')).status).toBe(200);
    for (const path of ['/health', '/health/ready']) {
      const answer = await call(server, path);
      expect([answer.status, reasonOf(answer)]).toEqual([503, 'DRAINING']);
    }
    const refused = await call(server, PREDICT, good);
    expect([refused.status, reasonOf(refused)]).toEqual([503, 'DRAINING']);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);

    storage.release();
    expect(at(json(await accepted), 'predictions')).toHaveLength(2);
    expect((await accepted).status).toBe(200);
    expect(await server.exited).toMatchObject({ code: 0, signal: null });
    expect(server.log().some(({ msg }) => msg === 'drained')).toBe(true);
  });

  test('an idle server ends at once', async () => {
    await using storage = await startFakeStorage({ clip });
    await using server = await startReadyServer(serverWith(storage));
    server.signal('SIGTERM');
    expect(await server.exited).toMatchObject({ code: 0, signal: null });
  });

  test('the drain has a limit', async () => {
    await using storage = await startFakeStorage({ clip });
    await using server = await startReadyServer(serverWith(storage, ['--drain-timeout-ms', '100']));
    const cutOff = expect(call(server, PREDICT, held)).rejects.toThrow(/socket hang up|ECONNRESET/);
    await storage.holding(1);
    server.signal('SIGTERM');
    await cutOff;
    expect(await server.exited).toMatchObject({ code: 0, signal: null });
  });

  test('nobody reads what it writes: it serves and ends all the same', async () => {
    const model = await readFile(join(repositoryRoot, '.cache', 'models', `${ALGORITHM}-development.onnx`));
    await using storage = await startFakeStorage({ clip, model });
    const cache = join(folder, 'unread');
    await using server = await startServer(
      serverWith(storage, ['--model', 'gs://contract-tests/models/', '--cache-dir', cache]),
    );
    await storage.holding(1);
    server.stopReading();
    // From here on every line of the log and the greeting for people go nowhere.
    storage.release();
    await expect.poll(async () => (await call(server, '/health/ready')).status, { timeout: 20_000 }).toBe(200);
    expect((await call(server, PREDICT, [{}])).status).toBe(200);
    server.signal('SIGTERM');
    expect(await server.exited).toMatchObject({ code: 0, signal: null });
  });

  test('a reader of the log that hangs holds nobody up, and misses nothing when it reads on', async () => {
    await using storage = await startFakeStorage({ clip });
    await using server = await startReadyServer(serverWith(storage));
    server.pauseLog();
    // Far more than what lies between the two processes: a server that waited for its reader would stop in the middle.
    const calls = 3_000;
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const id = (index: number) => `${index}-`.padEnd(128, 'x');
    const ask = async (index: number) => {
      const headers = { 'x-request-id': id(index) };
      return (await send(server.url, { method: 'GET', path: '/nothing', headers }, { agent })).status;
    };
    const statuses = await Promise.all(Array.from({ length: calls }, (_, index) => ask(index)));
    agent.destroy();
    expect(statuses.every((status) => status === 404)).toBe(true);
    server.resumeLog();
    await expect.poll(() => server.log().filter(({ status }) => status === 404).length).toBe(calls);
    server.signal('SIGTERM');
    expect(await server.exited).toMatchObject({ code: 0, signal: null });
    expect(server.log().at(-1)).toMatchObject({ msg: 'drained' });
  });

  test('a later signal ends it at once, the echo of the first one does not', async () => {
    await using storage = await startFakeStorage({ clip });
    await using server = await startReadyServer(serverWith(storage));
    const cutOff = expect(call(server, PREDICT, held)).rejects.toThrow(/socket hang up|ECONNRESET/);
    await storage.holding(1);
    server.signal('SIGTERM');
    await server.logged(({ msg }) => String(msg).startsWith('draining'));
    // As from a terminal's Ctrl-C, which comes from the terminal and from npm.
    server.signal('SIGINT');
    await delay(1_500);
    expect((await call(server, '/health/live')).status).toBe(200);
    server.signal('SIGTERM');
    await cutOff;
    expect(await server.exited).toMatchObject({ code: 1, signal: null });
  });
});
