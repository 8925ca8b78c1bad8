// Owns the proof that a collector gets the spans of calls, stages and batches, under the caller's trace, and that nothing waits for it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CollectedSpan, type Collector, startCollector } from '../src/otlp-collector.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { type Answer, send } from '../src/send.ts';
import { runToExit, type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { wavFile } from '../src/wav-file.ts';

const PREDICT = profiles['default']?.path ?? '';
const ROUTE = '/v1/projects/{project}/locations/{location}/endpoints/{endpoint}:predict';
const good = { input_bytes: wavFile({}).toString('base64') };
const SAMPLED = '01';
const NOT_SAMPLED = '00';

function predict(
  server: ServerProcess,
  instances: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return send(server.url, {
    method: 'POST',
    path: PREDICT,
    headers: { authorization: `Bearer ${SERVER_TOKEN}`, 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify({ instances })),
  });
}

const traceId = (digit: string): string => digit.repeat(32);
const PARENT = '00f067aa0ba902b7';
const traceparent = (digit: string, flags = SAMPLED): string => `00-${traceId(digit)}-${PARENT}-${flags}`;

/** Starts a server that sends its spans soon, with further variables. */
function tracingServer(collector: Collector, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  return startReadyServer({
    env: { TOKEN: SERVER_TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env },
  });
}

/** Ends the server in order, after which everything has been sent. */
async function drained(server: ServerProcess): Promise<void> {
  server.signal('SIGTERM');
  expect(await server.exited).toMatchObject({ code: 0 });
}

describe('a collector', () => {
  let collector: Collector;
  let server: ServerProcess;
  let spans: (name: string, trace?: string) => readonly CollectedSpan[];
  let answers: Readonly<Record<'good' | 'bad' | 'unrouted' | 'odd', Answer>>;

  beforeAll(async () => {
    collector = await startCollector();
    spans = (name, trace) =>
      collector.spans.filter((span) => span.name === name && (trace === undefined || span.traceId === traceId(trace)));
    server = await tracingServer(collector, {
      OTEL_SERVICE_NAME: 'embeddings',
      OTEL_RESOURCE_ATTRIBUTES: 'team=sound',
    });
    const [known, bad, unrouted] = [
      await predict(server, [good, { input_bytes: 'AAAA' }], {
        traceparent: traceparent('a'),
        tracestate: 'vendor=from-the-caller',
      }),
      await predict(server, [], { traceparent: traceparent('b') }),
      await send(server.url, { method: 'GET', path: '/no/such/path?q=1', headers: { traceparent: traceparent('c') } }),
    ];
    await predict(server, [good], { traceparent: traceparent('d', NOT_SAMPLED) });
    const odd = await predict(server, [good], { traceparent: `00-${traceId('0')}-${PARENT}-01` });
    answers = { good: known, bad, unrouted, odd };
    await drained(server);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
  });

  test('gets one server span for each call, below the caller’s own span', () => {
    expect(answers.good.status).toBe(200);
    expect(spans(`POST ${ROUTE}`, 'a')).toEqual([
      expect.objectContaining({
        parentSpanId: PARENT,
        kind: 2,
        statusCode: 0,
        attributes: {
          'http.request.method': 'POST',
          'http.route': ROUTE,
          'http.response.status_code': 200,
          'url.scheme': 'http',
          'predict.algorithm': ALGORITHM,
          'predict.instances': 2,
          'predict.instance_errors': 1,
        },
      }),
    ]);
  });

  test('gets the stages inside the call, one after the other', () => {
    const [call] = spans(`POST ${ROUTE}`, 'a');
    const stages = collector.spans
      .filter(({ parentSpanId, name }) => parentSpanId === call?.spanId && name !== 'batch')
      .sort((one, other) => Number(one.startNs - other.startNs));
    expect(stages.map(({ name }) => name)).toEqual(['admit', 'parse', 'queue', 'infer', 'respond']);
    for (const { startNs, endNs } of stages) expect(endNs).toBeGreaterThanOrEqual(startNs);
    // A clock that is off by its epoch would be decades away.
    expect(Math.abs(Number(stages[0]?.startNs) / 1e6 - Date.now())).toBeLessThan(600_000);
    // The server span begins just before its first stage; they share a clock.
    expect(Number((stages.at(-1)?.endNs ?? 0n) - (call?.endNs ?? 0n))).toBeLessThanOrEqual(1e6);
  });

  test('gets the batch, linked to the calls that it computed for', () => {
    const [call] = spans(`POST ${ROUTE}`, 'a');
    expect(spans('batch', 'a')).toEqual([
      expect.objectContaining({
        parentSpanId: call?.spanId,
        links: [{ traceId: traceId('a'), spanId: call?.spanId }],
        attributes: { 'predict.algorithm': ALGORITHM, 'predict.batch.rows': 1 },
      }),
    ]);
  });

  test('sees why a call failed', () => {
    expect(answers.bad.status).toBe(400);
    const [call] = spans(`POST ${ROUTE}`, 'b');
    expect(call).toMatchObject({
      statusCode: 0,
      attributes: { 'http.response.status_code': 400, 'predict.reason': 'EMPTY_INSTANCES' },
    });
    expect(collector.spans.filter(({ parentSpanId }) => parentSpanId === call?.spanId).map(({ name }) => name)).toEqual(
      ['admit', 'parse', 'respond'],
    );
  });

  test('learns nothing of a path that leads nowhere', () => {
    expect(answers.unrouted.status).toBe(404);
    const [call] = spans('GET', 'c');
    expect(call?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 404,
      'url.scheme': 'http',
      'predict.reason': 'ROUTE_NOT_FOUND',
    });
  });

  test('is spared the traces that the caller left out, and what is no traceparent starts a trace of its own', () => {
    expect(collector.spans.filter((span) => span.traceId === traceId('d'))).toEqual([]);
    expect(answers.odd.status).toBe(200);
    const own = spans(`POST ${ROUTE}`).filter(({ parentSpanId }) => parentSpanId === '');
    expect(own).toHaveLength(1);
    expect(own[0]?.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
  });

  test('knows the service as its operator named it', () => {
    for (const { resource } of collector.spans) {
      expect(resource).toMatchObject({ 'service.name': 'embeddings', team: 'sound' });
    }
    expect(new Set(collector.requests.map(({ target }) => target))).toEqual(new Set(['POST /v1/traces']));
  });

  test('finds the trace in the log', () => {
    const line = server.log().find((entry) => entry['msg'] === 'call' && entry['traceId'] === traceId('a'));
    expect(line).toMatchObject({ status: 200, operation: 'predict', algorithm: ALGORITHM });
  });
});

test('calls that shared a batch are all linked to it', async () => {
  await using collector = await startCollector();
  await using server = await tracingServer(collector, { WORKERS: '1' });
  // Fewer instances than a batch has: a call's turn is as long as one.
  const calls = ['1', '2', '3', '4', '5', '6', '7', '8'];
  await Promise.all(calls.map((digit) => predict(server, Array(3).fill(good), { traceparent: traceparent(digit) })));
  await drained(server);
  const linked = collector.spans.filter(({ name }) => name === 'batch').flatMap(({ links }) => links);
  expect([...new Set(linked.map((link) => link.traceId))].sort()).toEqual(calls.map(traceId));
  expect(collector.spans.some(({ name, links }) => name === 'batch' && links.length > 1)).toBe(true);
});

describe('the sampler', () => {
  test.each([
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, []],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, [traceId('a')]],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, [traceId('a')]],
  ])('%o', async (env, want) => {
    await using collector = await startCollector();
    await using server = await tracingServer(collector, env);
    await predict(server, [good]);
    await predict(server, [good], { traceparent: traceparent('a') });
    await drained(server);
    expect([...new Set(collector.spans.map((span) => span.traceId))]).toEqual(want);
  });
});

/** Makes Node tell on standard error of each module of OpenTelemetry's SDK that it loads. */
const TELLS_OF_THE_SDK = `--import=data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ resolve(name, context, next) {
    if (name.startsWith('@opentelemetry/sdk-trace')) process.stderr.write('the SDK is loaded\\n');
    return next(name, context);
  } });
`)}`;

test('a server that traces loads the SDK, and one that does not never', async () => {
  await using collector = await startCollector();
  await using tracing = await tracingServer(collector, { NODE_OPTIONS: TELLS_OF_THE_SDK });
  await using other = await startReadyServer({ env: { TOKEN: SERVER_TOKEN, NODE_OPTIONS: TELLS_OF_THE_SDK } });
  expect((await predict(other, [good])).status).toBe(200);
  expect(tracing.stderr()).toContain('the SDK is loaded');
  expect(other.stderr()).not.toContain('the SDK is loaded');
});

describe('a server', () => {
  test.each([
    ['whose collector is broken', 500],
    ['whose collector refuses', 400],
  ])('%s serves and ends all the same, and says so', async (_name, status) => {
    await using collector = await startCollector(status);
    await using server = await tracingServer(collector, {
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a-secret-of-the-operator',
    });
    expect((await predict(server, [good])).status).toBe(200);
    await drained(server);
    expect(collector.requests[0]?.headers['api-key']).toBe('a-secret-of-the-operator');
    expect(server.stderr()).not.toContain('a-secret-of-the-operator');
    expect(server.log().some(({ msg }) => msg === 'tracing has a problem')).toBe(true);
  });

  test('whose collector is not there serves and ends all the same', async () => {
    const collector = await startCollector();
    await collector[Symbol.asyncDispose]();
    await using server = await tracingServer(collector);
    expect((await predict(server, [good])).status).toBe(200);
    await drained(server);
  });

  test('that is to get few spans at once gets them so', async () => {
    await using collector = await startCollector();
    await using server = await tracingServer(collector, { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2' });
    for (let call = 0; call < 3; call += 1) expect((await predict(server, [good])).status).toBe(200);
    await drained(server);
    // One for each call, one for its batch and one for each of its stages.
    expect(collector.spans.length).toBeGreaterThanOrEqual(15);
    expect(collector.requests.length).toBeGreaterThanOrEqual(collector.spans.length / 2);
  });

  test('without an endpoint, or with tracing switched off, sends nothing and names no trace', async () => {
    await using collector = await startCollector();
    for (const env of [
      { OTEL_SERVICE_NAME: 'x' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SDK_DISABLED: 'true' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_EXPORTER: 'none' },
    ]) {
      await using server = await startReadyServer({ env: { TOKEN: SERVER_TOKEN, ...env } });
      expect((await predict(server, [good], { traceparent: traceparent('a') })).status).toBe(200);
      await drained(server);
      expect(server.stderr()).not.toContain('traceId');
    }
    expect(collector.requests).toEqual([]);
  });

  test('with settings that cannot be used does not start, tells all at once and repeats none', async () => {
    const { code, stderr } = await runToExit({
      args: ['--port', 'x'],
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'collector-with-secret:4318',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_TRACES_SAMPLER: 'sometimes',
        OTEL_TRACES_SAMPLER_ARG: '2',
        OTEL_BSP_MAX_QUEUE_SIZE: 'many',
      },
    });
    expect(code).toBe(78);
    for (const name of [
      '--port',
      'OTLP_ENDPOINT',
      'OTLP_PROTOCOL',
      'TRACES_SAMPLER:',
      'TRACES_SAMPLER_ARG',
      'MAX_QUEUE_SIZE',
    ]) {
      expect(stderr).toContain(name);
    }
    expect(stderr).not.toContain('collector-with-secret');
  });
});
