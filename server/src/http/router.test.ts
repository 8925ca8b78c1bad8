import { describe, expect, test } from 'vitest';
import { groupRoutes, matchOperation } from './router.ts';

const GROUPS = groupRoutes({
  predict: { method: 'post', path: '/v1/endpoints/{endpoint}:predict' },
  rawPredict: { method: 'post', path: '/v1/endpoints/{endpoint}:rawPredict' },
  describe: { method: 'get', path: '/v1/endpoints/{endpoint}' },
  schema: { method: 'get', path: '/schemata/{model}/{schema}.yaml' },
  health: { method: 'get', path: '/health' },
});

const match = (honoPath: string, method: string, parameters: Record<string, string>) => {
  const group = GROUPS.find((candidate) => candidate.honoPath === honoPath);
  if (group === undefined) throw new Error(`no group ${honoPath}`);
  return matchOperation(group, method, parameters);
};

test('paths that differ in their verb alone share one Hono path', () => {
  expect(GROUPS.map(({ honoPath }) => honoPath)).toEqual([
    '/v1/endpoints/:endpoint',
    '/schemata/:model/:schema',
    '/health',
  ]);
});

describe('matchOperation', () => {
  test.each([
    [
      '/v1/endpoints/:endpoint',
      'POST',
      { endpoint: 'hear:predict' },
      { operation: 'predict', path: { endpoint: 'hear' } },
    ],
    [
      '/v1/endpoints/:endpoint',
      'POST',
      { endpoint: 'hear:rawPredict' },
      { operation: 'rawPredict', path: { endpoint: 'hear' } },
    ],
    ['/v1/endpoints/:endpoint', 'GET', { endpoint: 'hear' }, { operation: 'describe', path: { endpoint: 'hear' } }],
    ['/v1/endpoints/:endpoint', 'HEAD', { endpoint: 'hear' }, { operation: 'describe', path: { endpoint: 'hear' } }],
    [
      '/schemata/:model/:schema',
      'GET',
      { model: 'hear', schema: 'instance.yaml' },
      { operation: 'schema', path: { model: 'hear', schema: 'instance' } },
    ],
    ['/health', 'GET', {}, { operation: 'health', path: {} }],
  ])('%s %s %o', (honoPath, method, parameters, want) => {
    expect(match(honoPath, method, parameters)).toEqual(want);
  });

  test.each([
    ['unknown verb', '/v1/endpoints/:endpoint', 'POST', { endpoint: 'hear:explain' }, 'ROUTE_NOT_FOUND', undefined],
    [
      'verb of another case',
      '/v1/endpoints/:endpoint',
      'POST',
      { endpoint: 'hear:Predict' },
      'ROUTE_NOT_FOUND',
      undefined,
    ],
    [
      'missing ending',
      '/schemata/:model/:schema',
      'GET',
      { model: 'hear', schema: 'instance' },
      'ROUTE_NOT_FOUND',
      undefined,
    ],
    [
      'wrong method on a verb',
      '/v1/endpoints/:endpoint',
      'GET',
      { endpoint: 'hear:predict' },
      'METHOD_NOT_ALLOWED',
      ['POST'],
    ],
    [
      'wrong method on a resource',
      '/v1/endpoints/:endpoint',
      'POST',
      { endpoint: 'hear' },
      'METHOD_NOT_ALLOWED',
      ['GET', 'HEAD'],
    ],
  ])('refuses: %s', (_name, honoPath, method, parameters, reason, allow) => {
    expect(() => match(honoPath, method, parameters)).toThrow(
      expect.objectContaining({ reason, facts: allow === undefined ? {} : { allow } }),
    );
  });
});
