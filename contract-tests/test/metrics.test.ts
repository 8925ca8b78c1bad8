// Owns the proof that the metrics of a real server count what happened, stay of bounded size whatever is called, and are read by
// nobody who should not.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, json } from '../src/expectation.ts';
import { startFakeStorage } from '../src/fake-storage.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { parseScrape, requestMetrics, scrape, total } from '../src/scrape.ts';
import { type Answer, send } from '../src/send.ts';
import { runToExit, type ServerProcess, startReadyServer, startServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { wavFile } from '../src/wav-file.ts';

const PREDICT = profiles['default']?.path ?? '';
const clip = wavFile({});
const good = { input_bytes: clip.toString('base64') };
const algorithm = ALGORITHM;

function post(server: ServerProcess, body: string, token = SERVER_TOKEN): Promise<Answer> {
  return send(server.url, {
    method: 'POST',
    path: PREDICT,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: Buffer.from(body),
  });
}

describe('one server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startReadyServer({ env: { TOKEN: SERVER_TOKEN } });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('counts calls, instances, failures, batches and waits', async () => {
    const before = await scrape(server.url);
    expect((await post(server, JSON.stringify({ instances: [good, good, { input_bytes: 'AAAA' }] }))).status).toBe(200);
    expect((await post(server, '{')).status).toBe(400);
    expect((await post(server, '{}', 'another-token-that-is-wrong')).status).toBe(401);
    const after = await scrape(server.url);
    const rise = (name: string, labels: Readonly<Record<string, string>> = {}) =>
      total(after, name, labels) - total(before, name, labels);

    expect(rise('predict_calls_total', { operation: 'predict' })).toBe(3);
    expect(rise('predict_calls_total', { operation: 'predict', status: '200' })).toBe(1);
    expect(rise('predict_calls_total', { operation: 'predict', status: '401' })).toBe(1);
    expect(rise('predict_refusals_total', { reason: 'INVALID_JSON' })).toBe(1);
    expect(rise('predict_refusals_total', { reason: 'INVALID_TOKEN' })).toBe(1);
    expect(rise('predict_instances_total', { algorithm })).toBe(3);
    expect(rise('predict_instance_errors_total', { algorithm, reason: 'INVALID_AUDIO' })).toBe(1);
    expect(rise('predict_batch_rows_sum', { algorithm })).toBe(2);
    expect(rise('predict_queue_wait_seconds_count', { algorithm })).toBe(2);
    expect(rise('predict_batch_compute_seconds_count')).toBe(rise('predict_batch_rows_count'));
    for (const stage of ['queue', 'infer']) {
      expect(rise('predict_stage_seconds_count', { algorithm, stage }), stage).toBe(1);
    }
    // The malformed body reached the algorithm too, and ended in its second stage.
    expect(rise('predict_stage_seconds_count', { algorithm, stage: 'parse' })).toBe(2);
    expect(rise('predict_stage_seconds_count', { algorithm, stage: 'fetch' })).toBe(0);
    expect(rise('predict_call_seconds_count', { algorithm })).toBe(2);
    expect(rise('process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  test('tells of the model, the workers and itself', async () => {
    const [series, described] = [
      await scrape(server.url),
      await post(server, JSON.stringify({ instances: [good] })).then(json),
    ];
    const info = series.find(({ name }) => name === 'predict_model_info');
    expect(info?.labels).toEqual({
      algorithm,
      model: at(described, 'metadata', 'modelName'),
      version: at(described, 'modelVersionId'),
      sha256: at(described, 'metadata', 'modelSha256'),
      development: 'true',
    });
    expect(total(series, 'predict_workers')).toBeGreaterThan(0);
    expect(total(series, 'predict_ready')).toBe(1);
    // Every call is answered, so nothing is held any more.
    expect(total(series, 'predict_body_bytes_in_flight')).toBe(0);
    expect(total(series, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  });

  test('no caller can make the scrape grow', async () => {
    const odd = (index: number) => [
      { method: 'GET', path: `/nothing-${index}` },
      { method: 'GET', path: `/v1/projects/p${index}/locations/l${index}/endpoints/e${index}` },
      { method: 'POST', path: `/v1/projects/p${index}/locations/l/endpoints/e:verb${index}` },
      { method: 'POST', path: `/v1/projects/p/locations/l/endpoints/e${index}:predict?x=${index}` },
      { method: index % 2 === 0 ? 'PROPFIND' : 'M-SEARCH', path: '/health' },
      { method: 'GET', path: `/schemata/m${index}/instance.yaml` },
      { method: 'GET', path: `/metrics/${index}` },
      { method: 'DELETE', path: `/%00%ff${index}` },
    ];
    const headers = (index: number) => ({
      authorization: `Bearer ${SERVER_TOKEN}`,
      'x-request-id': `id-${index}`,
      'user-agent': `agent-${index}`,
      traceparent: `00-${String(index).padStart(32, '1')}-1234567890abcdef-01`,
    });
    const flood = async (from: number, to: number) => {
      for (let index = from; index < to; index += 1) {
        await Promise.all(odd(index).map((wire) => send(server.url, { ...wire, headers: headers(index) })));
      }
    };
    // Each status and reason is seen once; from then on nothing is new.
    await flood(0, 2);
    const before = await scrape(server.url);
    await flood(2, 40);
    const after = await scrape(server.url);
    expect(total(after, 'predict_calls_total') - total(before, 'predict_calls_total')).toBe(38 * odd(0).length);
    const names = (series: typeof after) =>
      series.filter(({ name }) => name.startsWith('predict_')).map(({ name, labels }) => name + JSON.stringify(labels));
    expect(names(after)).toEqual(names(before));
  });
});

describe('who may read them', () => {
  const container = { env: { TOKEN: SERVER_TOKEN, AIP_MODE: 'PREDICTION' } };

  test('on an address that others reach: whoever has the token', async () => {
    // A container listens on 0.0.0.0.
    await using server = await startServer(container);
    const refused = await requestMetrics(server.url);
    expect(refused.status).toBe(401);
    expect(at(json(refused), 'error', 'details', 0, 'reason')).toBe('MISSING_TOKEN');
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer /);
    expect((await requestMetrics(server.url, { authorization: 'Bearer wrong-wrong-wrong' })).status).toBe(401);
    const answer = await requestMetrics(server.url, { authorization: `Bearer ${SERVER_TOKEN}` });
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(total(parseScrape(answer), 'predict_ready')).toBe(0);
  });

  test('on a port of its own: whoever reaches that port', async () => {
    await using server = await startServer({ ...container, args: ['--metrics-port', '0'] });
    const { url } = await server.logged(({ msg }) => msg === 'metrics');
    expect(total(await scrape(String(url)), 'process_cpu_seconds_total')).toBeGreaterThan(0);
    for (const headers of [{}, { authorization: `Bearer ${SERVER_TOKEN}` }]) {
      expect((await requestMetrics(server.url, headers)).status).toBe(404);
    }
    const elsewhere = { method: 'POST', path: PREDICT, headers: { authorization: `Bearer ${SERVER_TOKEN}` } };
    expect((await send(String(url), elsewhere)).status).toBe(404);
  });

  test('switched off: nobody', async () => {
    await using server = await startServer({ args: ['--metrics', 'off'], env: { TOKEN: SERVER_TOKEN } });
    expect((await requestMetrics(server.url, { authorization: `Bearer ${SERVER_TOKEN}` })).status).toBe(404);
  });

  test('switched off and on a port is a contradiction', async () => {
    const { code, stderr } = await runToExit({ args: ['--metrics', 'off', '--metrics-port', '9090'] });
    expect(code).toBe(78);
    expect(stderr).toContain('--metrics-port');
  });
});

test('connections above the limit and what is no HTTP are counted', async () => {
  await using server = await startReadyServer({
    args: ['--metrics-port', '0', '--max-connections', '1'],
    env: { TOKEN: SERVER_TOKEN },
  });
  const { url } = await server.logged(({ msg }) => msg === 'metrics');
  const { hostname, port } = new URL(server.url);
  const first = connect(Number(port), hostname);
  await once(first, 'connect');
  const second = connect(Number(port), hostname).on('error', () => {});
  await once(second, 'close');
  expect(total(await scrape(String(url)), 'predict_connections_dropped_total')).toBe(1);

  first.resume().end('this is no HTTP\r\n\r\n');
  await once(first, 'close');
  const series = await scrape(String(url));
  expect(total(series, 'predict_refusals_total', { reason: 'MALFORMED_HTTP' })).toBe(1);
  expect(total(series, 'predict_calls_total', { operation: 'none', status: '400' })).toBe(1);
});

test('a draining server shows what is left on the metrics’ own port', async () => {
  await using storage = await startFakeStorage({ clip });
  await using server = await startReadyServer({
    args: ['--metrics-port', '0'],
    env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url },
  });
  const { url } = await server.logged(({ msg }) => msg === 'metrics');
  const accepted = post(server, JSON.stringify({ instances: [{ gcs_uri: 'gs://contract-tests/held.wav' }] }));
  await storage.holding(1);
  server.signal('SIGTERM');
  await server.logged(({ msg }) => String(msg).startsWith('draining'));
  expect(total(await scrape(String(url)), 'predict_ready')).toBe(0);
  storage.release();
  expect((await accepted).status).toBe(200);
  expect(await server.exited).toMatchObject({ code: 0 });
});
