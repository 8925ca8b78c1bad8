// Owns what calls do to each other: a full queue, a deadline that passes. Cloud storage that does not answer holds a call
// in its place for as long as the test needs.
import { describe, expect, test } from 'vitest';
import { readContract } from '../src/contract.ts';
import { at, json, reasonOf } from '../src/expectation.ts';
import { startFakeStorage } from '../src/fake-storage.ts';
import { namedToken, TOKEN_FILE } from '../src/named-tokens.ts';
import { CONTAINER_PREDICT, SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { isSame } from '../src/same-prediction.ts';
import { type Answer, send } from '../src/send.ts';
import { startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { wavFile } from '../src/wav-file.ts';

const recorder = createRecorder(await readContract(ALGORITHM));
const clip = wavFile({});
const ENDPOINT = `/v1/projects/demo/locations/us-central1/endpoints/${ALGORITHM}`;
const PREDICT_PATHS = [
  `${ENDPOINT}:predict`,
  `${ENDPOINT}:rawPredict`,
  CONTAINER_PREDICT,
  `/v1/models/${ALGORITHM}:predict`,
];
const INFER_PATHS = [`/v2/models/${ALGORITHM}/infer`, `/v2/models/${ALGORITHM}/versions/1/infer`];
const held = { gcs_uri: 'gs://contract-tests/held.wav' };
const good = { input_bytes: clip.toString('base64') };

async function predict(url: string, path: string, instances: readonly object[], token = SERVER_TOKEN): Promise<Answer> {
  const answer = await send(url, {
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ instances })),
  });
  expect(recorder.record({ method: 'POST', path, answer })).toEqual([]);
  return answer;
}

/** A row of silence for the model itself, in the form of nothing but bytes. */
async function infer(url: string, path: string): Promise<Answer> {
  const answer = await send(url, {
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${SERVER_TOKEN}`, 'inference-header-content-length': '0' },
    body: Buffer.alloc(128_000),
  });
  expect(recorder.record({ method: 'POST', path, answer })).toEqual([]);
  return answer;
}

describe('a full queue', () => {
  test('refuses more with 429 and Retry-After, answers health, and takes calls again once there is room', async () => {
    await using storage = await startFakeStorage({ clip });
    await using server = await startReadyServer({
      args: ['--max-instances', '2', '--max-queue', '2', '--host', '127.0.0.1'],
      env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url, AIP_MODE: 'PREDICTION' },
    });
    const [first = ''] = PREDICT_PATHS;
    const filling = predict(server.url, first, [held, held]);
    await storage.holding(2);

    for (const path of PREDICT_PATHS) {
      const answer = await predict(server.url, path, [good]);
      expect([path, answer.status, reasonOf(answer)]).toEqual([path, 429, 'QUEUE_FULL']);
    }
    for (const path of INFER_PATHS) {
      const answer = await infer(server.url, path);
      expect([path, answer.status, reasonOf(answer)]).toEqual([path, 429, 'QUEUE_FULL']);
    }
    // Overload must cost nothing: the body is refused unread, so its mistake is never seen.
    expect((await predict(server.url, first, [])).status).toBe(429);
    const health = await send(server.url, { method: 'GET', path: '/health/ready', headers: {} });
    expect(health.status).toBe(200);

    storage.release();
    expect((await filling).status).toBe(200);
    for (const path of PREDICT_PATHS) expect((await predict(server.url, path, [good])).status).toBe(200);
    for (const path of INFER_PATHS) expect((await infer(server.url, path)).status).toBe(200);
  });

  test('counts instances, not calls, and bad ones take no place', async () => {
    await using storage = await startFakeStorage({ clip });
    await using server = await startReadyServer({
      args: ['--max-instances', '3', '--max-queue', '3'],
      env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url },
    });
    const [path = ''] = PREDICT_PATHS;
    const filling = predict(server.url, path, [held, held]);
    await storage.holding(2);

    const two = await predict(server.url, path, [good, good]);
    expect([two.status, reasonOf(two)]).toEqual([429, 'QUEUE_FULL']);
    const one = await predict(server.url, path, [{}, good, {}]);
    expect(one.status).toBe(200);
    expect(at(json(one), 'predictions', 1, 'embedding')).toHaveLength(512);

    storage.release();
    expect((await filling).status).toBe(200);
  });
});

test('a token for one call at once: the second is a 429 until the first is answered, other tokens go on', async () => {
  await using storage = await startFakeStorage({ clip });
  await using server = await startReadyServer({
    args: ['--token-file', TOKEN_FILE],
    env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url },
  });
  const [path = ''] = PREDICT_PATHS;
  const token = namedToken('one-at-once');
  const waiting = predict(server.url, path, [held], token);
  await storage.holding(1);
  const second = await predict(server.url, path, [good], token);
  expect([second.status, reasonOf(second), second.headers['retry-after']]).toEqual([
    429,
    'TOKEN_CONCURRENCY_EXCEEDED',
    '1',
  ]);
  expect((await predict(server.url, path, [good])).status).toBe(200);
  storage.release();
  expect((await waiting).status).toBe(200);
  expect((await predict(server.url, path, [good], token)).status).toBe(200);
});

test('a call that waits past the deadline is a 504', async () => {
  await using storage = await startFakeStorage({ clip });
  await using server = await startReadyServer({
    args: ['--request-timeout-ms', '400'],
    env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url },
  });
  const [path = ''] = PREDICT_PATHS;
  const late = await predict(server.url, path, [held]);
  expect([late.status, reasonOf(late)]).toEqual([504, 'DEADLINE_EXCEEDED']);
});

test('calls beside each other get their own answers', async () => {
  await using server = await startReadyServer({ env: { TOKEN: SERVER_TOKEN } });
  const [path = ''] = PREDICT_PATHS;
  const tones = Array.from({ length: 12 }, (_, index) => [
    { input_bytes: wavFile({ toneHz: 150 * 1.3 ** index }).toString('base64') },
    { input_array: [index] },
    { input_bytes: wavFile({ rateHz: 8000, bits: 8, toneHz: 170 * 1.3 ** index }).toString('base64') },
  ]);
  const together = await Promise.all(tones.map((instances) => predict(server.url, path, instances)));
  const results: unknown[] = [];
  for (const [index, instances] of tones.entries()) {
    const alone = at(json(await predict(server.url, path, instances)), 'predictions');
    expect(isSame(at(json(together[index] ?? raise()), 'predictions'), alone), `call ${index}`).toBe(true);
    expect(at(alone, 1, 'error', 'reason')).toBe('INVALID_LENGTH');
    results.push(at(alone, 0), at(alone, 2));
  }
  // Otherwise an exchange of two answers could not be seen.
  const pairs = results.flatMap((one, index) => results.slice(index + 1).map((other) => isSame(one, other)));
  expect(pairs).not.toContain(true);
});

function raise(): never {
  throw new Error('A call has no answer.');
}
