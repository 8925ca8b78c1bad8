// Owns the proof of what a predict call answers in every state of the engine and of the server.
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { deadEngine, failingEngine, firstSamples, fullEngine, stuckEngine, workingEngine } from '../support/engines.ts';
import { startTestService, type TestService, type TestServiceOptions, TOKEN } from '../support/test-service.ts';

const PREDICT = '/v1/projects/demo/locations/us-central1/endpoints/hear:predict';
const clip = (value: number) => ({ input_array: new Array<number>(32_000).fill(value) });
const BAD = { input_array: [1, 2, 3] };

interface Body {
  readonly error?: { readonly details: readonly { readonly reason: string }[] };
  readonly predictions: readonly {
    readonly embedding: readonly number[];
    readonly error: { readonly reason: string };
  }[];
}

let service: TestService | undefined;
afterEach(() => service?.close());

async function post(options: TestServiceOptions, instances: unknown[], init: RequestInit = {}) {
  service = await startTestService({ algorithm: 'hear', ...options });
  const response = await fetch(service.url + PREDICT, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ instances }),
    ...init,
  });
  return {
    status: response.status,
    headers: response.headers, // What the body holds is what these tests check.
    body: (await response.json()) as Body,
  };
}

const reasonOf = (body: Body) => body.error?.details[0]?.reason;

describe('a call as a whole', () => {
  const rows: [string, { given: TestServiceOptions; want: { status: number; reason: string; retryAfter?: string } }][] =
    [
      [
        'no room in the queue',
        { given: { engine: fullEngine() }, want: { status: 429, reason: 'QUEUE_FULL', retryAfter: '1' } },
      ],
      [
        'more instances than places',
        { given: { engine: stuckEngine(1) }, want: { status: 429, reason: 'QUEUE_FULL', retryAfter: '1' } },
      ],
      [
        'the model is loading',
        { given: { phase: 'starting' }, want: { status: 503, reason: 'STARTING', retryAfter: '1' } },
      ],
      [
        'the server drains',
        { given: { phase: 'draining' }, want: { status: 503, reason: 'DRAINING', retryAfter: '1' } },
      ],
      [
        'no worker is left',
        { given: { engine: deadEngine() }, want: { status: 503, reason: 'UNHEALTHY', retryAfter: '5' } },
      ],
      [
        'every instance waited too long',
        {
          given: { engine: stuckEngine(), limits: { requestTimeoutMs: 50 } },
          want: { status: 504, reason: 'DEADLINE_EXCEEDED' },
        },
      ],
      [
        'every computation failed',
        { given: { engine: failingEngine() }, want: { status: 500, reason: 'INFERENCE_FAILED' } },
      ],
      [
        'the model gives numbers that are not finite',
        {
          given: { engine: workingEngine(() => new Float32Array(512).fill(Number.NaN)) },
          want: { status: 500, reason: 'INFERENCE_FAILED' },
        },
      ],
      ['a bug', { given: { bug: true }, want: { status: 500, reason: 'INTERNAL' } }],
    ];
  test.each(rows)('%s', async (_name, { given, want }) => {
    const { status, headers, body } = await post(given, [clip(0.5), clip(0.25)]);
    expect({ status, reason: reasonOf(body), retryAfter: headers.get('retry-after') ?? undefined }).toEqual({
      retryAfter: undefined,
      ...want,
    });
  });

  test('a bug is answered with a fixed text, and its cause stands in the log alone', async () => {
    const { body } = await post({ bug: true }, [clip(0.5)]);
    expect(JSON.stringify(body)).not.toContain('the test puts a bug here');
    expect(service?.logged.join('')).toContain('the test puts a bug here');
  });
});

describe('instances by themselves', () => {
  test('predictions stand in the order of the instances, each with its own row', async () => {
    const values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
    const { body } = await post({}, values.map(clip));
    // The shortest text of each 32-bit float, which is what was sent.
    expect(body.predictions.map(({ embedding }) => embedding[7])).toEqual(values);
  });

  test('a bad instance is an error at its place and hurts no neighbour', async () => {
    const { status, body } = await post({}, [clip(0.5), BAD, clip(0.25)]);
    expect(status).toBe(200);
    expect(body.predictions[0]?.embedding[0]).toBe(0.5);
    expect(body.predictions[1]).toEqual({
      error: { description: 'input_array: expected exactly 32000 numbers, got 3', reason: 'INVALID_LENGTH' },
    });
    expect(body.predictions[2]?.embedding[0]).toBe(0.25);
  });

  test('a call of nothing but bad instances is a 200', async () => {
    const { status, body } = await post({ engine: stuckEngine() }, [BAD, {}]);
    expect(status).toBe(200);
    expect(body.predictions.map(({ error }) => error.reason)).toEqual(['INVALID_LENGTH', 'NO_INPUT']);
  });

  test('failures of both sides together are a 200 with each at its place', async () => {
    const { status, body } = await post({ engine: failingEngine() }, [clip(0.5), BAD]);
    expect(status).toBe(200);
    expect(body.predictions.map(({ error }) => error.reason)).toEqual(['INFERENCE_FAILED', 'INVALID_LENGTH']);
  });
});

test('a clip on which the model fails spoils no other, and the cause stands in the log alone', async () => {
  const compute = (row: Float32Array): Float32Array => {
    if (row[0] === 0.25) throw new Error('the model cannot take this');
    return firstSamples(row);
  };
  const { status, body } = await post({ engine: workingEngine(compute) }, [clip(0.5), clip(0.25)]);
  expect(status).toBe(200);
  expect(body.predictions[0]?.embedding[0]).toBe(0.5);
  expect(body.predictions[1]?.error.reason).toBe('INFERENCE_FAILED');
  expect(JSON.stringify(body)).not.toContain('cannot take this');
  expect(service?.logged.join('')).toContain('cannot take this');
});

test('a body that came after the deadline is not decoded', async () => {
  const pieces = new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode('{"instances":['));
      await delay(300);
      // What stands in it would be a 400, were it read.
      controller.enqueue(new TextEncoder().encode('}'));
      controller.close();
    },
  });
  // Node's fetch sends a stream only with `duplex`, which its type leaves out.
  const late = { body: pieces, duplex: 'half' } as RequestInit;
  const { status, body } = await post({ limits: { requestTimeoutMs: 100 } }, [], late);
  expect([status, reasonOf(body)]).toEqual([504, 'DEADLINE_EXCEEDED']);
});

test('a caller who goes away frees the places of its instances', async () => {
  const engine = stuckEngine(2);
  const controller = new AbortController();
  const gone = post({ engine }, [clip(0.5), clip(0.5)], { signal: controller.signal });
  await expect.poll(() => engine.status().queueDepth).toBe(2);
  controller.abort();
  await expect(gone).rejects.toThrow();
  await expect.poll(() => engine.status().queueDepth).toBe(0);
  const places = engine.reserve(2);
  expect(places?.unused).toBe(2);
  await expect.poll(() => service?.logged.join('')).toContain('"status":499');
});

test('a body above the inline limit is decoded elsewhere with the same result', async () => {
  // As text 32000 numbers of ten digits are far above the limit, "0" is far below it.
  const { body } = await post({}, [clip(0.12345678), clip(1)]);
  expect(body.predictions[0]?.embedding[0]).toBe(0.12345678);
});
