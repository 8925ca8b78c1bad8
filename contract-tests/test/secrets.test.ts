// Owns the proof that tokens and sounds stay where they belong: calls of every kind, with tokens in odd places, against servers that log
// all they can, trace and count; then everything that these servers wrote is searched.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STORAGE_TOKEN, startFakeStorage, UPSTREAM_WORDS } from '../src/fake-storage.ts';
import { startCollector } from '../src/otlp-collector.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { requestMetrics } from '../src/scrape.ts';
import { type Answer, send, type WireRequest } from '../src/send.ts';
import { type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { failingOnnx } from '../src/tiny-onnx.ts';
import { wavFile } from '../src/wav-file.ts';

const PREDICT = profiles['default']?.path ?? '';
const ENDPOINT = PREDICT.replace(':predict', '');
/** Stands for a token wherever a caller may put one by mistake. */
const STRAY = 'stray-secret-token.9876543210zyxwvu';
const EXPORTER_KEY = 'key-of-the-collector-0123456789';
const clip = wavFile({ toneHz: 333 });
const audio = clip.toString('base64');
const samples = Array.from({ length: 32_000 }, (_, index) => Math.fround(Math.sin(index * 0.0571) * 0.7));
const loud = Array.from({ length: 32_000 }, (_, index) => 4 + Math.fround(Math.cos(index * 0.0713)));

interface Sent {
  readonly name: string;
  readonly wire: WireRequest;
  /** True where the token is used as a name: an answer may tell its caller which name it does not know. */
  readonly named?: boolean;
  /** Closes the connection when the call waits in the server. */
  readonly abort?: boolean;
}

function call(body: unknown, headers: Readonly<Record<string, string>> = {}, path = PREDICT): WireRequest {
  return {
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${SERVER_TOKEN}`, 'content-type': 'application/json', ...headers },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}

const gcs = (object: string, token?: string) => ({
  gcs_uri: `gs://contract-tests/${object}`,
  ...(token !== undefined && { bearer_token: token }),
});

/** All at one place in one call, and each in a call of its own, in which it fails the call if it can. */
function instanceCalls(instances: readonly object[]): Sent[] {
  return [instances, ...instances.map((instance) => [instance])].map((chosen, index) => ({
    name: `instances ${index}`,
    wire: call({ instances: chosen }),
  }));
}

const calls: readonly Sent[] = [
  ...instanceCalls([
    { input_bytes: audio },
    { input_array: samples },
    { input_array: loud },
    gcs('clip.wav'),
    gcs('private.wav', STORAGE_TOKEN),
    gcs('private.wav', STRAY),
    gcs('private.wav'),
    gcs('missing.wav', STORAGE_TOKEN),
    gcs('broken.wav', STORAGE_TOKEN),
    gcs('elsewhere.wav', STORAGE_TOKEN),
    gcs('huge.wav', STORAGE_TOKEN),
    gcs('notes.txt', STORAGE_TOKEN),
    gcs('private.wav', `Bearer ${STRAY}`),
    gcs('private.wav', `${STRAY}\r\nX-More: 1`),
    { gcs_uri: `gs://contract-tests/private.wav?access_token=${STRAY}` },
    { gcs_uri: `https://storage.example/${STRAY}` },
    { input_bytes: audio, bearer_token: STRAY },
    { input_bytes: audio, input_array: samples },
    { input_bytes: STRAY },
    { input_bytes: `${audio.slice(0, -9)}!${audio.slice(-8)}` },
    { input_array: [STRAY] },
    { input_array: samples.slice(1) },
    { gcs_uri: { token: STRAY } },
    { bearer_token: STRAY },
  ]),
  {
    name: 'cut',
    wire: call(JSON.stringify({ instances: [{ ...gcs('private.wav', STRAY), input_bytes: audio }] }).slice(0, -3)),
  },
  { name: 'not JSON', wire: call(`${STRAY} ${audio}`) },
  { name: 'a token for the body', wire: call(JSON.stringify(STRAY)) },
  { name: 'unknown field', wire: call({ instances: [{ input_bytes: audio }], access_token: STRAY }) },
  { name: 'parameters', wire: call({ instances: [{ input_bytes: audio }], parameters: { token: STRAY } }) },
  {
    name: 'repeated',
    wire: call(`{"instances":[{"gcs_uri":"gs://a/b","bearer_token":"${STRAY}","bearer_token":"${STRAY}"}]}`),
  },
  { name: 'wrong token', wire: call({ instances: [{}] }, { authorization: `Bearer ${STRAY}` }) },
  { name: 'bare token', wire: call({ instances: [{}] }, { authorization: STRAY }) },
  { name: 'basic', wire: call({ instances: [{}] }, { authorization: `Basic ${STRAY}` }) },
  { name: 'two tokens', wire: call({ instances: [{}] }, { authorization: `Bearer ${SERVER_TOKEN} ${STRAY}` }) },
  {
    name: 'other headers',
    wire: call(
      { instances: [{ input_bytes: audio }] },
      {
        cookie: `token=${STRAY}`,
        'x-goog-api-key': STRAY,
        'proxy-authorization': `Bearer ${STRAY}`,
        'user-agent': STRAY,
        referer: `http://a/?token=${STRAY}`,
        tracestate: `vendor=${STRAY.replaceAll('.', '-')}`,
        baggage: `token=${STRAY}`,
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      },
    ),
  },
  { name: 'odd traceparent', wire: call({ instances: [{ input_bytes: audio }] }, { traceparent: `00-${STRAY}` }) },
  { name: 'odd request id', wire: call({ instances: [{}] }, { 'x-request-id': `Bearer ${STRAY}` }) },
  { name: 'query', wire: call({ instances: [{}] }, {}, `${PREDICT}?access_token=${STRAY}&key=${SERVER_TOKEN}`) },
  { name: 'unknown path', wire: { method: 'GET', path: `/${STRAY}`, headers: {} } },
  { name: 'unknown verb', wire: call({}, {}, `${ENDPOINT}:${STRAY}`) },
  {
    name: 'endpoint',
    named: true,
    wire: call({ instances: [{}] }, {}, ENDPOINT.replace(/[^/]+$/, `${STRAY}:predict`)),
  },
  { name: 'project', named: true, wire: call({ instances: [{}] }, {}, PREDICT.replace('demo', STRAY)) },
  { name: 'content type', named: true, wire: call({ instances: [{}] }, { 'content-type': `text/${STRAY}` }) },
  {
    name: 'scrape',
    wire: { method: 'GET', path: `/metrics?token=${STRAY}`, headers: { authorization: `Bearer ${STRAY}` } },
  },
  { name: 'gone', wire: call({ instances: [gcs('held.wav', STORAGE_TOKEN)] }), abort: true },
  { name: 'late', wire: call({ instances: [gcs('held.wav', STORAGE_TOKEN), { input_bytes: audio }] }) },
];

const SECRETS = [SERVER_TOKEN, STORAGE_TOKEN, STRAY, EXPORTER_KEY, UPSTREAM_WORDS];
/** Pieces from the middle of each sound, as it was sent. */
const SOUNDS = [
  audio.slice(40_000, 40_040),
  audio.slice(8, 48),
  JSON.stringify(samples.slice(100, 104)).slice(1, -1),
  JSON.stringify(loud.slice(100, 104)).slice(1, -1),
];

/** The secrets and sounds in a text, also as base64 of them would look, whatever stands around it. */
function foundIn(text: string, secrets: readonly string[] = SECRETS): string[] {
  const encoded = (secret: string) =>
    [0, 1, 2].map((skipped) => {
      const coded = Buffer.from(secret.slice(skipped)).toString('base64').replace(/=+$/, '');
      return coded.slice(0, -2);
    });
  return [...secrets, ...SOUNDS].filter((secret) => [secret, ...encoded(secret)].some((form) => text.includes(form)));
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  await writeFile(join(folder, 'failing.onnx'), failingOnnx(32_000, 512));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The greeting shows the operator the token, on purpose: its line and the line to paste. */
function withoutGreeting(stdout: string): string {
  return stdout.replace(/^ {2}token .*$/m, '').replace(/^printf .*$/gm, '');
}

async function abortWhenHeld(server: ServerProcess, wire: WireRequest, held: () => Promise<void>): Promise<void> {
  const gone = new AbortController();
  const answer = send(server.url, wire, { signal: gone.signal }).catch(() => {});
  await held();
  gone.abort();
  await answer;
}

describe.each([
  ['the development model', () => []],
  ['a model that fails', () => ['--model', join(folder, 'failing.onnx')]],
])('with %s', (_name, args) => {
  const answers: { readonly sent: Sent; readonly answer: Answer }[] = [];
  const written = new Map<string, string>();

  beforeAll(async () => {
    await using collector = await startCollector();
    await using storage = await startFakeStorage({ clip });
    await using server = await startReadyServer({
      args: [...args(), '--log-level', 'trace', '--request-timeout-ms', '3000', '--fetch-timeout-ms', '1000'],
      env: {
        TOKEN: SERVER_TOKEN,
        STORAGE_EMULATOR_HOST: storage.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: `api-key=${EXPORTER_KEY}`,
      },
    });
    let held = 0;
    for (const sent of calls) {
      if (sent.abort) await abortWhenHeld(server, sent.wire, () => storage.holding(++held));
      else answers.push({ sent, answer: await send(server.url, sent.wire) });
    }
    written.set('metrics', (await requestMetrics(server.url)).body.toString('utf8'));
    server.signal('SIGTERM');
    const { code, stdout, stderr } = await server.exited;
    expect(code).toBe(0);
    written.set('log', stderr);
    written.set('standard output', withoutGreeting(stdout));
    written.set('traces', Buffer.concat(collector.requests.map(({ body }) => body)).toString('latin1'));
  }, 60_000);

  test.each(['metrics', 'log', 'traces', 'standard output'])('no token and no sound is in the %s', (where) => {
    const text = written.get(where) ?? '';
    expect(text.length).toBeGreaterThan(where === 'standard output' ? 0 : 1_000);
    expect(foundIn(text)).toEqual([]);
    // Longer than any hash or id.
    if (where !== 'metrics') expect(text).not.toMatch(/[A-Za-z0-9+/=]{200}|(-?\d\.\d+,\s*){8}/);
  });

  test('no token and no sound is in an answer', () => {
    for (const { sent, answer } of answers) {
      const text = JSON.stringify(answer.headers) + answer.body.toString('latin1');
      const secrets = sent.named ? SECRETS.filter((secret) => secret !== STRAY) : SECRETS;
      expect([sent.name, foundIn(text, secrets)]).toEqual([sent.name, []]);
    }
  });

  test('all kinds of ends were among the calls', () => {
    const statuses = new Set(answers.map(({ answer }) => answer.status));
    for (const status of [200, 400, 401, 404, 415]) expect(statuses, String(status)).toContain(status);
    const log = written.get('log') ?? '';
    for (const reason of [
      'STORAGE_PERMISSION_DENIED',
      'STORAGE_NOT_FOUND',
      'STORAGE_UNAVAILABLE',
      'STORAGE_TIMEOUT',
      'STORAGE_OBJECT_TOO_LARGE',
      'INVALID_BASE64',
      'INVALID_AUDIO',
      'CLIENT_CLOSED_REQUEST',
      'INVALID_JSON',
      'UNKNOWN_FIELD',
      ...(args().length > 0 ? ['INFERENCE_FAILED'] : []),
    ]) {
      expect(log, reason).toContain(reason);
    }
  });
});
