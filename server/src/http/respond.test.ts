import { errorCatalogue, type RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import { describe, expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { type ErrorAnswer, errorAnswer, errorFormOf } from './respond.ts';

const answer = (reason: RequestReason, facts = {}) =>
  errorAnswer(new RequestError(reason, 'What happened.', facts), 'id-1');

function statusOf({ body: { error } }: ErrorAnswer) {
  if (typeof error === 'string') throw new Error(`Expected a google.rpc.Status, got the text ${error}.`);
  return error;
}

describe('errorAnswer', () => {
  test('is a google.rpc.Status with ErrorInfo first', () => {
    expect(answer('ENDPOINT_NOT_FOUND')).toEqual({
      status: 404,
      headers: {},
      body: {
        error: {
          code: 404,
          message: 'What happened.',
          status: 'NOT_FOUND',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'ENDPOINT_NOT_FOUND',
              domain: 'predict-schemata',
              metadata: { requestId: 'id-1' },
            },
          ],
        },
      },
    });
  });

  test('names the wrong fields, the first 16 at most', () => {
    const fieldViolations = Array.from({ length: 20 }, (_, index) => ({ field: `f${index}`, description: 'wrong' }));
    const [, badRequest] = statusOf(answer('UNKNOWN_FIELD', { fieldViolations })).details;
    expect(badRequest).toMatchObject({ '@type': 'type.googleapis.com/google.rpc.BadRequest' });
    expect(badRequest).toHaveProperty('fieldViolations.length', 16);
  });

  test.each([
    ['MISSING_TOKEN', {}, { 'WWW-Authenticate': 'Bearer realm="predict-schemata"' }],
    ['INVALID_TOKEN', {}, { 'WWW-Authenticate': 'Bearer realm="predict-schemata", error="invalid_token"' }],
    [
      'TOKEN_NOT_FOR_ENDPOINT',
      {},
      { 'WWW-Authenticate': 'Bearer realm="predict-schemata", error="insufficient_scope"' },
    ],
    ['METHOD_NOT_ALLOWED', { allow: ['GET', 'HEAD'] }, { Allow: 'GET, HEAD' }],
    ['QUEUE_FULL', { retryAfterSeconds: 7 }, { 'Retry-After': '7' }],
    ['STARTING', {}, { 'Retry-After': '1' }],
    ['EMPTY_INSTANCES', {}, {}],
  ] as const)('%s has the headers that its status demands', (reason, facts, want) => {
    expect(answer(reason, facts).headers).toEqual(want);
  });

  test('anything else is a bug: a fixed text that keeps the cause to the log', () => {
    const { status, body } = errorAnswer(new TypeError('x is not a function'), 'id-1');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('not a function');
  });

  test('every reason that the server is to blame for can fail a whole call', () => {
    for (const [reason, { blame, levels }] of Object.entries(errorCatalogue)) {
      if (blame === 'server') expect([...levels] as string[], reason).toContain('request');
    }
  });
});

describe('the error of an inference protocol', () => {
  const textOf = (fieldViolations: { field: string; description: string }[]) =>
    errorAnswer(new RequestError('INVALID_VALUE', 'What happened.', { fieldViolations }), 'id-1', 'text').body;

  test('is a text that begins with the reason', () => {
    expect(textOf([])).toEqual({ error: 'INVALID_VALUE: What happened.' });
    expect(textOf([{ field: 'id', description: 'wrong' }])).toEqual({ error: 'INVALID_VALUE: What happened.' });
  });

  test('names every violation when there are several', () => {
    const error = textOf([
      { field: 'id', description: 'expected a' },
      { field: 'inputs', description: 'expected b' },
    ]);
    expect(error).toEqual({ error: 'INVALID_VALUE: id: expected a; inputs: expected b' });
  });

  test.each([
    ['/v2', 'text'],
    ['/v2/models/hear/infer', 'text'],
    ['/v2/unknown', 'text'],
    ['/v1/models', 'text'],
    ['/v1/models/hear:predict', 'text'],
    ['/v1/models:predict', 'text'],
    ['/v1/projects/p/locations/l/models/hear', 'status'],
    ['/v20', 'status'],
    ['/v1/modelsx', 'status'],
  ])('is read at %s: %s', (path, want) => {
    expect(errorFormOf(path)).toBe(want);
  });
});
