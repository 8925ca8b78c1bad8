import { errorCatalogue, type RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import { describe, expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { errorAnswer } from './respond.ts';

const answer = (reason: RequestReason, facts = {}) =>
  errorAnswer(new RequestError(reason, 'What happened.', facts), 'id-1');

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
    const [, badRequest] = answer('UNKNOWN_FIELD', { fieldViolations }).body.error.details;
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
