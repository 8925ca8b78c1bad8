// Owns the proof of what the inference protocols' paths answer, number by number, and in every state of the engine.
import { afterEach, describe, expect, test } from 'vitest';
import { deadEngine, failingEngine, stuckEngine, workingEngine } from '../support/engines.ts';
import { startTestService, type TestService, type TestServiceOptions, TOKEN } from '../support/test-service.ts';

const INFER = '/v2/models/hear/infer';
const LENGTH = 32_000;

let service: TestService | undefined;
afterEach(() => service?.close());

/** Row `row` of a call: numbers that no other row has, exact as 32-bit floats. */
const rowOf = (row: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: LENGTH }, (_, index) => row + index / LENGTH);

function tensor(rows: number, data: object) {
  return { name: 'x', shape: [rows, LENGTH], datatype: 'FP32', ...data };
}

/** A body of JSON, of the length that `padding` makes it have, and the rows behind it. */
function binaryBody(rows: readonly Float32Array<ArrayBuffer>[], request: object, padding = 0) {
  const size = rows.length * LENGTH * 4;
  const json = { ...request, inputs: [tensor(rows.length, { parameters: { binary_data_size: size } })] };
  const head = Buffer.from(JSON.stringify(json) + ' '.repeat(padding));
  const body = Buffer.concat([head, ...rows.map((row) => new Uint8Array(row.buffer))]);
  return { body, headers: { 'Inference-Header-Content-Length': String(head.length) } };
}

async function post(
  options: TestServiceOptions,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  service = await startTestService({ algorithm: 'hear', ...options });
  const usual = {
    Authorization: `Bearer ${TOKEN}`,
    ...(typeof body === 'string' && { 'Content-Type': 'application/json' }),
  };
  return fetch(service.url + path, { method: 'POST', headers: { ...usual, ...headers }, body });
}

interface Answer {
  readonly id?: string;
  readonly error?: string;
  readonly outputs: readonly { readonly shape: number[]; readonly data: number[] }[];
}

/** Floats are written in their shortest texts, which read back as doubles beside them. */
const answerOf = async (response: Response): Promise<Answer> =>
  JSON.parse(await response.text(), (_, value) => (typeof value === 'number' ? Math.fround(value) : value));

/** The test's engine answers the first samples of each row. */
const wanted = (rows: readonly Float32Array[]) => rows.flatMap((row) => [...row.subarray(0, 512)]);

describe('the numbers', () => {
  test.each([1, 3])('of %d rows as JSON, flat', async (count) => {
    const rows = Array.from({ length: count }, (_, row) => rowOf(row));
    const data = rows.flatMap((row) => [...row]);
    const response = await post({}, INFER, JSON.stringify({ id: 'a', inputs: [tensor(count, { data })] }));
    const { id, outputs } = await answerOf(response);
    expect([id, outputs[0]?.shape, outputs[0]?.data]).toEqual(['a', [count, 512], wanted(rows)]);
  });

  test('of rows as lists', async () => {
    const rows = [rowOf(1), rowOf(2)];
    const data = rows.map((row) => [...row]);
    const { outputs } = await answerOf(await post({}, INFER, JSON.stringify({ inputs: [tensor(2, { data })] })));
    expect(outputs[0]?.data).toEqual(wanted(rows));
  });

  // The JSON's length decides where the numbers begin in memory, and 1 in 4 places can be looked at without a copy.
  test.each([0, 1, 2, 3])('of rows as bytes, %d bytes further', async (padding) => {
    const rows = [rowOf(1), rowOf(2)];
    const { body, headers } = binaryBody(rows, {}, padding);
    const { outputs } = await answerOf(await post({}, INFER, body, headers));
    expect(outputs[0]?.data).toEqual(wanted(rows));
  });

  test('of a body that a worker thread reads', async () => {
    const rows = Array.from({ length: 40 }, (_, row) => rowOf(row));
    const { body, headers } = binaryBody(rows, { parameters: { binary_data_output: true } });
    expect(body.length).toBeGreaterThan(4 * 1024 * 1024);
    const response = await post({}, INFER, body, headers);
    const bytes = Buffer.from(await response.arrayBuffer());
    const head = Number(response.headers.get('Inference-Header-Content-Length'));
    const answer = JSON.parse(bytes.subarray(0, head).toString());
    expect(answer.outputs).toEqual([
      { name: 'embedding', datatype: 'FP32', shape: [40, 512], parameters: { binary_data_size: 40 * 512 * 4 } },
    ]);
    expect([...new Float32Array(new Uint8Array(bytes.subarray(head)).buffer)]).toEqual(wanted(rows));
  });

  test('of a body that is nothing but rows', async () => {
    const headers = { 'Inference-Header-Content-Length': '0' };
    const response = await post({}, INFER, new Uint8Array(rowOf(5).buffer), headers);
    const bytes = Buffer.from(await response.arrayBuffer());
    const head = Number(response.headers.get('Inference-Header-Content-Length'));
    expect([...new Float32Array(new Uint8Array(bytes.subarray(head)).buffer)]).toEqual(wanted([rowOf(5)]));
  });

  test('of KServe V1 are those of the endpoint', async () => {
    const body = JSON.stringify({ instances: [{ input_array: [...rowOf(1)] }, { input_array: [1] }] });
    const response = await post({}, '/v1/models/hear:predict', body);
    expect(await answerOf(response)).toEqual({
      predictions: [
        { embedding: wanted([rowOf(1)]) },
        { error: { reason: 'INVALID_LENGTH', description: expect.stringContaining('input_array') } },
      ],
    });
  });
});

describe('a failure', () => {
  /** Fails for the row that begins with 1. */
  const poisoned = () =>
    workingEngine((row) => {
      if (row[0] === 1) throw new Error('the test lets this row fail');
      return row.slice(0, 512);
    });

  const rows: [string, { given: TestServiceOptions; want: { status: number; error: RegExp } }][] = [
    [
      'of one row fails the call and names the row',
      { given: { engine: poisoned() }, want: { status: 500, error: /^INFERENCE_FAILED: Row 1 failed: / } },
    ],
    [
      'of all rows',
      { given: { engine: failingEngine() }, want: { status: 500, error: /^INFERENCE_FAILED: Row 0 failed: / } },
    ],
    ['of all workers', { given: { engine: deadEngine() }, want: { status: 503, error: /^UNHEALTHY: / } }],
    ['to find room', { given: { engine: stuckEngine(1) }, want: { status: 429, error: /^QUEUE_FULL: / } }],
    [
      'to answer in time',
      {
        given: { engine: stuckEngine(), limits: { requestTimeoutMs: 500 } },
        want: { status: 504, error: /^DEADLINE_EXCEEDED: Row 0 failed: / },
      },
    ],
    ['while it starts', { given: { phase: 'starting' }, want: { status: 503, error: /^STARTING: / } }],
    ['by a bug', { given: { bug: true }, want: { status: 500, error: /^INTERNAL: / } }],
  ];
  test.each(rows)('%s', async (_name, { given, want }) => {
    const { body, headers } = binaryBody([rowOf(0), rowOf(1)], {});
    const response = await post(given, INFER, body, headers);
    expect(response.status).toBe(want.status);
    expect((await answerOf(response)).error).toMatch(want.error);
  });

  test('does not show a model as ready', async () => {
    service = await startTestService({ algorithm: 'hear', engine: deadEngine() });
    const headers = { Authorization: `Bearer ${TOKEN}` };
    for (const path of ['/v2/health/ready', '/v2/models/hear/ready', '/v1/models/hear']) {
      const response = await fetch(service.url + path, { headers });
      expect([path, response.status]).toEqual([path, 503]);
      expect((await answerOf(response)).error).toMatch(/^UNHEALTHY: /);
    }
  });
});
