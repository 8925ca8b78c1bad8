// Owns the proof that the recorder finds what breaks the contract: good answers with one thing wrong.
import { describe, expect, test } from 'vitest';
import { readContract } from './contract.ts';
import { coverageGaps } from './coverage.ts';
import { createRecorder } from './recorder.ts';
import type { Answer } from './send.ts';

const contract = await readContract('hear');
const PREDICT = '/v1/projects/p/locations/l/endpoints/hear:predict';

interface Parts {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function answer({ status = 200, headers = {}, body }: Parts): Answer {
  const all = {
    'x-request-id': 'id-1',
    'content-type': 'application/json',
    'server-timing': 'infer;dur=1.25',
    ...headers,
  };
  return { status, headers: all, body: Buffer.from(body === undefined ? '' : JSON.stringify(body)) };
}

function failure(reason: string, { code = 404, message = 'text', requestId = 'id-1' } = {}): unknown {
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'predict-schemata',
    metadata: { requestId },
  };
  return { error: { code, message, status: 'NOT_FOUND', details: [info] } };
}

function prediction(over: object = {}): unknown {
  return {
    predictions: [{ embedding: Array.from({ length: 512 }, () => 0) }],
    deployedModelId: 'd',
    model: 'm',
    modelVersionId: 'v',
    modelDisplayName: 'n',
    metadata: {
      algorithm: 'hear',
      algorithmVersion: '1',
      modelName: 'n',
      modelSha256: 'a'.repeat(64),
      frontEndVersion: '1',
      development: true,
    },
    ...over,
  };
}

describe('the recorder', () => {
  test.each([
    { name: 'a prediction', method: 'POST', path: PREDICT, parts: { body: prediction() } },
    { name: 'an encoded verb', method: 'POST', path: PREDICT.replace(':', '%3A'), parts: { body: prediction() } },
    { name: 'health', method: 'GET', path: '/health?x=1', parts: { body: { status: 'ok' } } },
    { name: 'health by HEAD', method: 'HEAD', path: '/health', parts: {} },
    { name: 'an unknown path', method: 'GET', path: '/x', parts: { status: 404, body: failure('ROUTE_NOT_FOUND') } },
    {
      name: 'an unknown path of an inference protocol',
      method: 'POST',
      path: '/v2/repository/index',
      parts: { status: 404, body: { error: 'ROUTE_NOT_FOUND: text' } },
    },
    {
      name: 'an error of an inference protocol',
      method: 'GET',
      path: '/v2/models/other',
      parts: { status: 404, body: { error: 'MODEL_NOT_FOUND: text' } },
    },
    {
      name: 'a wrong method',
      method: 'PUT',
      path: PREDICT,
      parts: { status: 405, headers: { allow: 'POST' }, body: failure('METHOD_NOT_ALLOWED', { code: 405 }) },
    },
    {
      name: 'a failed instance',
      method: 'POST',
      path: PREDICT,
      parts: { body: prediction({ predictions: [{ error: { description: 'd', reason: 'NO_INPUT' } }] }) },
    },
  ])('takes $name', ({ method, path, parts }) => {
    expect(createRecorder(contract).record({ method, path, answer: answer(parts) })).toEqual([]);
  });

  test.each([
    { name: 'an undeclared status', parts: { status: 418, body: {} }, want: /not declared/ },
    {
      name: 'another media type',
      parts: { headers: { 'content-type': 'text/html' }, body: prediction() },
      want: /media type "text\/html"/,
    },
    {
      name: 'no request id',
      parts: { headers: { 'x-request-id': '' }, body: prediction() },
      want: /header X-Request-Id/,
    },
    { name: 'an unknown field', parts: { body: prediction({ extra: 1 }) }, want: /additional properties/ },
    {
      name: 'a short embedding',
      parts: { body: prediction({ predictions: [{ embedding: [1] }] }) },
      want: /exactly one schema/,
    },
    { name: 'no predictions', parts: { body: prediction({ predictions: [] }) }, want: /fewer than 1/ },
    {
      name: 'a description that is too long',
      parts: { body: prediction({ predictions: [{ error: { description: 'd'.repeat(501), reason: 'NO_INPUT' } }] }) },
      want: /more than 500 characters/,
    },
    {
      name: 'a message that is too long',
      parts: { status: 404, body: failure('ENDPOINT_NOT_FOUND', { message: 'm'.repeat(1001) }) },
      want: /more than 1000 characters/,
    },
    { name: 'a reason that is none', parts: { status: 404, body: failure('NOPE') }, want: /allowed values/ },
    {
      name: 'another code',
      parts: { status: 404, body: failure('ENDPOINT_NOT_FOUND', { code: 400 }) },
      want: /error\.code/,
    },
    {
      name: 'another request id',
      parts: { status: 404, body: failure('ENDPOINT_NOT_FOUND', { requestId: 'id-2' }) },
      want: /requestId differs/,
    },
    {
      name: 'no Retry-After',
      parts: { status: 503, body: failure('DRAINING', { code: 503 }) },
      want: /Retry-After is missing/,
    },
    {
      name: 'a Retry-After that is no number',
      parts: { status: 503, headers: { 'retry-after': 'soon' }, body: failure('DRAINING', { code: 503 }) },
      want: /header Retry-After/,
    },
  ])('finds $name', ({ parts, want }) => {
    const problems = createRecorder(contract).record({ method: 'POST', path: PREDICT, answer: answer(parts) });
    expect(problems.join('\n')).toMatch(want);
  });

  test.each([
    { method: 'GET', path: '/x', parts: { body: { status: 'ok' } }, want: /expected 404/ },
    { method: 'PUT', path: PREDICT, parts: { body: prediction() }, want: /expected 405/ },
    {
      method: 'PUT',
      path: '/health',
      parts: { status: 405, headers: { allow: 'POST' }, body: failure('METHOD_NOT_ALLOWED', { code: 405 }) },
      want: /expected Allow: GET, HEAD/,
    },
    {
      method: 'GET',
      path: '/v2/models/other',
      parts: { status: 404, body: failure('MODEL_NOT_FOUND') },
      want: /body\/error must be string/,
    },
    {
      method: 'GET',
      path: '/v2/x',
      parts: { status: 404, body: failure('ROUTE_NOT_FOUND') },
      want: /body\/error must be string/,
    },
    {
      method: 'GET',
      path: '/x',
      parts: { status: 404, body: { error: 'ROUTE_NOT_FOUND: text' } },
      want: /must be object/,
    },
    { method: 'HEAD', path: '/health', parts: { body: { status: 'ok' } }, want: /HEAD has a body/ },
  ])('finds that $method $path may not be answered so', ({ method, path, parts, want }) => {
    expect(
      createRecorder(contract)
        .record({ method, path, answer: answer(parts) })
        .join('\n'),
    ).toMatch(want);
  });

  test('keeps what it saw', () => {
    const recorder = createRecorder(contract);
    const failed = prediction({ predictions: [{ error: { description: 'd', reason: 'NO_INPUT' } }] });
    recorder.record({ method: 'POST', path: PREDICT, answer: answer({ body: failed }) });
    recorder.record({
      method: 'POST',
      path: PREDICT,
      answer: answer({ status: 404, body: failure('ENDPOINT_NOT_FOUND') }),
    });
    expect([...recorder.seen.answers]).toEqual([
      ['predictHear 200', 1],
      ['predictHear 404', 1],
    ]);
    expect([...recorder.seen.requestReasons, ...recorder.seen.instanceReasons]).toEqual([
      'ENDPOINT_NOT_FOUND',
      'NO_INPUT',
    ]);
  });
});

test('coverage names what is missing, what is listed in vain and what is not declared', () => {
  const gaps = coverageGaps(['A', 'B', 'C'], new Set(['A', 'B']), { B: 'why', D: 'why' });
  expect(gaps).toEqual([
    'C was not seen',
    'B was seen: take it off the list',
    'D is not declared: take it off the list',
  ]);
});
