// Owns the proof of the parts that no case of the driver can see: encodings to the byte, waits to the millisecond, targets.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  encodeWav,
  InvalidAnswerError,
  NotFoundError,
  PredictClient,
  serverTarget,
  vertexDedicatedTarget,
  vertexSharedTarget,
} from 'predict-schemata-client';
import { gcloudToken, soundFiles } from 'predict-schemata-client/node';
import { base64Of } from '../dist/src/base64.js';
import { RateLimitError, retryAfterOf } from '../dist/src/errors.js';
import { parallel } from '../dist/src/parallel.js';
import { backoffMs, Deadline } from '../dist/src/retry.js';
import { split } from '../dist/src/split.js';
import { TokenGate } from '../dist/src/token-gate.js';

describe('a WAV file', () => {
  const facts = (file) => {
    const view = new DataView(file.buffer);
    return { tag: view.getUint16(20, true), rate: view.getUint32(24, true), bits: view.getUint16(34, true) };
  };

  for (const { given, want } of [
    { given: Int16Array.of(-32768, 0, 32767), want: { tag: 1, rate: 8000, bits: 16 } },
    { given: Float32Array.of(-1, 0, 32767 / 32768), want: { tag: 1, rate: 8000, bits: 16 } },
    { given: Float32Array.of(1), want: { tag: 3, rate: 8000, bits: 32 } },
    { given: Float32Array.of(0.1), want: { tag: 3, rate: 8000, bits: 32 } },
    { given: Float64Array.of(Number.NaN), want: { tag: 3, rate: 8000, bits: 32 } },
  ]) {
    test(`of ${given.constructor.name} ${[...given]} is ${want.bits} bits`, () => {
      assert.deepEqual(facts(encodeWav(given, 8000)), want);
    });
  }

  test('holds the samples', () => {
    const file = encodeWav(Float32Array.of(-1, 0.5), 16_000);
    assert.deepEqual([...new Int16Array(file.buffer.slice(44))], [-32768, 16384]);
    assert.deepEqual(
      [...new Float32Array(encodeWav(Float32Array.of(0.1), 16_000).buffer.slice(44))],
      [Math.fround(0.1)],
    );
  });
});

describe('base64', () => {
  test('is the same with and without the means of the platform', () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, index) => index * 7);
    const want = Buffer.from(bytes).toString('base64');
    assert.equal(base64Of(bytes), want);
    // A view that begins in the middle of its buffer.
    assert.equal(base64Of(bytes.subarray(5)), Buffer.from(bytes.subarray(5)).toString('base64'));
    const { Buffer: kept } = globalThis;
    const native = Uint8Array.prototype.toBase64;
    try {
      delete globalThis.Buffer;
      delete Uint8Array.prototype.toBase64;
      assert.equal(base64Of(bytes), want);
    } finally {
      globalThis.Buffer = kept;
      if (native !== undefined) Uint8Array.prototype.toBase64 = native;
    }
  });
});

describe('a token provider', () => {
  /** A gate whose provider waits to be answered, and what it was asked. */
  function asked() {
    const questions = [];
    const gate = new TokenGate(
      ({ refused }) =>
        new Promise((give, fail) => questions.push({ refused, give, fail: () => fail(new Error('failed')) })),
    );
    return { gate, questions };
  }
  /** Lets everything run that waits for nothing. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const textOf = (outcome) => outcome.catch(({ message }) => message);

  for (const { first, second, answers, want, questions: wanted } of [
    { answers: ['A'], want: ['A', 'A'], questions: [undefined] },
    { first: 'A', second: 'A', answers: ['B'], want: ['B', 'B'], questions: ['A'] },
    // The answer is no use to one that was refused with it, but to one that comes anew.
    { second: 'A', answers: ['A', 'B'], want: ['A', 'B'], questions: [undefined, 'A'] },
    { first: 'A', answers: ['B'], want: ['B', 'B'], questions: ['A'] },
    { answers: [undefined, 'B'], want: ['failed', 'B'], questions: [undefined, undefined] },
  ]) {
    test(`is asked ${wanted.length} times for one refused with ${first} and one with ${second}: ${want}`, async () => {
      const { gate, questions } = asked();
      const deadline = new Deadline(60_000);
      const outcomes = [first, second].map((refused) => textOf(gate.token(refused, deadline)));
      for (const [index, answer] of answers.entries()) {
        await settled();
        assert.equal(questions.length, index + 1);
        if (answer === undefined) questions[index].fail();
        else questions[index].give(answer);
      }
      assert.deepEqual(await Promise.all(outcomes), want);
      assert.deepEqual(
        questions.map(({ refused }) => refused),
        wanted,
      );
    });
  }

  test('is asked anew by a later call', async () => {
    const { gate, questions } = asked();
    for (const token of ['A', 'B']) {
      const outcome = gate.token(undefined, new Deadline(60_000));
      await settled();
      questions.at(-1).give(token);
      assert.equal(await outcome, token);
    }
  });

  test('that hangs keeps neither its own call nor another one', async () => {
    const { gate, questions } = asked();
    const [asking, waiting] = [new AbortController(), new AbortController()];
    const outcomes = [asking, waiting].map(({ signal }) => textOf(gate.token(undefined, new Deadline(60_000, signal))));
    const patient = gate.token(undefined, new Deadline(60_000));
    await settled();
    waiting.abort();
    assert.equal(await outcomes[1], 'The call was cancelled.');
    asking.abort();
    assert.equal(await outcomes[0], 'The call was cancelled.');
    await settled();
    assert.equal(questions.length, 2);
    questions[1].give('A');
    assert.equal(await patient, 'A');
  });

  test('has one question under way for all calls of a client', async () => {
    const questions = [];
    let left = 4;
    let release = () => {};
    const allRefused = new Promise((resolve) => {
      release = resolve;
    });
    const client = new PredictClient({
      maxInstances: 1,
      maxBodyBytes: 1000,
      token: async ({ refused }) => {
        questions.push(refused);
        if (refused === undefined) return 'A';
        await allRefused;
        return 'B';
      },
      fetch: async (request) => {
        if (request.headers.get('authorization') === 'Bearer B') {
          return Response.json({ predictions: [{ embedding: [1] }] });
        }
        left--;
        if (left === 0) setTimeout(release);
        return Response.json({ error: {} }, { status: 401 });
      },
    });
    const answer = await client.embed(Array.from({ length: 4 }, () => Uint8Array.of(1)));
    assert.equal(answer.predictions.length, 4);
    assert.deepEqual(questions, [undefined, 'A']);
  });
});

describe('a wait', () => {
  const policy = { maxAttempts: 4, initialBackoffMs: 100, maxBackoffMs: 300 };
  for (const { repeat, random, seconds, want } of [
    { repeat: 0, random: 0, want: 50 },
    { repeat: 1, random: 1, want: 200 },
    { repeat: 9, random: 1, want: 300 },
    { repeat: 0, random: 0, seconds: 2, want: 2000 },
  ]) {
    test(`before repeat ${repeat} is ${want} ms`, () => {
      assert.equal(backoffMs(policy, repeat, new RateLimitError('', { retryAfterSeconds: seconds }), random), want);
    });
  }

  test('is read as seconds or as a date', () => {
    const nowMs = Date.parse('Sun, 06 Nov 1994 08:49:37 GMT');
    assert.equal(retryAfterOf('7', nowMs), 7);
    assert.equal(retryAfterOf('Sun, 06 Nov 1994 08:49:40 GMT', nowMs), 3);
    assert.equal(retryAfterOf('Sun, 06 Nov 1994 08:49:30 GMT', nowMs), 0);
    assert.equal(retryAfterOf('soon', nowMs), undefined);
    assert.equal(retryAfterOf(null, nowMs), undefined);
  });
});

test('calls are as full as both limits allow, and what fits none is set aside', () => {
  const pieces = [30, 30, 30, 500, 30].map((bytes, index) => ({ index, value: index, bytes }));
  const places = ({ calls, tooLong }) => [
    calls.map((call) => call.map(({ index }) => index)),
    tooLong.map(({ index }) => index),
  ];
  assert.deepEqual(places(split(pieces, { maxInstances: 64, maxBodyBytes: 16 + 61 })), [
    [
      [0, 1],
      [2, 4],
    ],
    [3],
  ]);
  assert.deepEqual(places(split(pieces, { maxInstances: 64, maxBodyBytes: 16 + 60 })), [[[0], [1], [2], [4]], [3]]);
  assert.deepEqual(places(split(pieces, { maxInstances: 3, maxBodyBytes: 10_000 })), [
    [
      [0, 1, 2],
      [3, 4],
    ],
    [],
  ]);
});

describe('what an endpoint states', () => {
  const limits = JSON.stringify({ labels: { max_instances: '64', max_body_bytes: '9999' } });
  const impossible = JSON.stringify({ labels: { max_instances: '0', max_body_bytes: '9' } });
  const words = JSON.stringify({ labels: { max_instances: '9', max_body_bytes: 'many' } });
  for (const { given, status = 200, body, asked } of [
    { given: 'limits', body: limits, asked: 1 },
    { given: 'no labels, as Vertex AI has it', body: '{"name":"x"}', asked: 1 },
    { given: 'impossible limits', body: impossible, asked: 1 },
    { given: 'limits that are no numbers', body: words, asked: 1 },
    { given: 'null', body: 'null', asked: 1 },
    { given: 'no JSON', body: '<html>', asked: 1 },
    { given: 'a token for predictions alone', status: 403, body: '{}', asked: 1 },
    { given: 'no such call', status: 405, body: '{}', asked: 1 },
    { given: 'no such route', status: 404, body: '{}', asked: 1 },
    // What may pass says nothing about limits.
    { given: 'a wrong token', status: 401, body: '{}', asked: 3 },
    { given: 'starting', status: 503, body: '{}', asked: 3 },
    { given: 'nothing, since the connection is lost', body: undefined, asked: 3 },
  ]) {
    test(`is asked for ${asked} times in three calls when it is ${given}`, async () => {
      const received = [];
      const client = new PredictClient({
        maxParallelCalls: 1,
        async fetch(request) {
          if (request.method === 'GET') {
            received.push('description');
            if (body === undefined) throw new TypeError('fetch failed');
            return new Response(body, { status, headers: { 'Content-Type': 'application/json' } });
          }
          const { instances } = await request.json();
          received.push(instances.length);
          return Response.json({ predictions: instances.map(() => ({ embedding: [0.5] })) });
        },
      });
      for (let call = 0; call < 3; call++) {
        assert.equal((await client.embed(Array(65).fill(Int16Array.of(0)))).predictions.length, 65);
      }
      const predictions = received.filter((each) => each !== 'description');
      assert.deepEqual([received.length - predictions.length, predictions], [asked, [64, 1, 64, 1, 64, 1]]);
    });
  }
});

test('an endpoint that is not there may come to be with limits', async () => {
  const methods = [];
  const client = new PredictClient({
    async fetch({ method }) {
      methods.push(method);
      return new Response('{}', { status: 404 });
    },
  });
  for (let call = 0; call < 2; call++) await assert.rejects(client.embed([Int16Array.of(0)]), NotFoundError);
  assert.deepEqual(methods, ['GET', 'POST', 'GET', 'POST']);
});

for (const prediction of [null, 3, 'embedding']) {
  test(`${JSON.stringify(prediction)} is no prediction`, async () => {
    const fetch = async () => Response.json({ predictions: [prediction] });
    const client = new PredictClient({ fetch, maxInstances: 1, maxBodyBytes: 999 });
    await assert.rejects(client.embed([Int16Array.of(0)]), InvalidAnswerError);
  });
}

test('after a failure nothing more is begun', async () => {
  const begun = [];
  const run = async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('one');
    return item;
  };
  await assert.rejects(parallel([1, 2, 3, 4], 1, run), /one/);
  assert.deepEqual(begun, [1]);
});

test('targets are where servers and Vertex AI listen', () => {
  assert.equal(serverTarget('http://host:1/').baseUrl, 'http://host:1');
  assert.equal(vertexSharedTarget('us-central1').baseUrl, 'https://us-central1-aiplatform.googleapis.com');
  assert.equal(
    vertexDedicatedTarget({ endpoint: '12', location: 'us-central1', projectNumber: '34' }).baseUrl,
    'https://12.us-central1-34.prediction.vertexai.goog',
  );
});

test('a token of a command is kept until it is refused', async () => {
  const provider = gcloudToken([process.execPath, '-p', 'process.hrtime.bigint().toString()']);
  const first = await provider({ refused: undefined });
  assert.match(first, /^\d+$/);
  assert.equal(await provider({ refused: undefined }), first);
  assert.notEqual(await provider({ refused: first }), first);
});

test('a folder gives its WAV files, sorted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sounds-'));
  try {
    for (const name of ['b.wav', 'a.WAV', 'notes.txt']) await writeFile(join(folder, name), name);
    const files = await soundFiles(folder);
    assert.deepEqual(
      files.map(({ name }) => name),
      ['a.WAV', 'b.wav'],
    );
    assert.equal(Buffer.from(await files[0].sound.read()).toString(), 'a.WAV');
  } finally {
    await rm(folder, { recursive: true });
  }
});
