import { describe, expect, test } from 'vitest';
import { inlined, needsNoToken, parametersOf, resolve } from './document.ts';
import type { JsonObject } from './json.ts';

const COMPONENTS = {
  schemas: {
    Outer: { type: 'object', properties: { a: { $ref: '#/components/schemas/Inner' } } },
    Inner: { type: 'string', example: { $ref: 'data' } },
  },
  parameters: { Id: { name: 'id', in: 'path', description: 'shared' } },
};

test('a reference is followed to its component', () => {
  expect(resolve({ components: COMPONENTS }, { $ref: '#/components/schemas/Inner' })).toBe(COMPONENTS.schemas.Inner);
  expect(resolve({ components: COMPONENTS }, { $ref: '#/components/schemas/None' })).toBeUndefined();
});

test('inlining leaves no reference and no change behind', () => {
  const document = { components: COMPONENTS };
  const before = JSON.stringify(document);
  expect(inlined(document, COMPONENTS.schemas.Outer)).toEqual({
    type: 'object',
    properties: { a: { type: 'string', example: { $ref: 'data' } } },
  });
  expect(JSON.stringify(document)).toBe(before);
});

test("an operation's parameter wins over the path's of the same place and name", () => {
  const pathItem = { parameters: [{ $ref: '#/components/parameters/Id' }, { name: 'q', in: 'query' }] };
  const operation = {
    parameters: [
      { name: 'id', in: 'path', description: 'own' },
      { name: 'id', in: 'query' },
    ],
  };
  const found = parametersOf({ components: COMPONENTS }, { path: '/', method: 'get', operation, pathItem });
  expect(found).toEqual([
    { name: 'id', in: 'path', description: 'own' },
    { name: 'q', in: 'query' },
    { name: 'id', in: 'query' },
  ]);
});

describe('whether an operation needs a token', () => {
  const BEARER: JsonObject = { security: [{ bearer: [] }] };
  test.each<{ name: string; document: JsonObject; operation: JsonObject; want: boolean }>([
    { name: 'nothing is said', document: {}, operation: {}, want: true },
    { name: 'the document says so', document: BEARER, operation: {}, want: false },
    { name: 'the operation takes it back', document: BEARER, operation: { security: [] }, want: true },
    { name: 'the operation leaves a choice', document: {}, operation: { security: [{ bearer: [] }, {}] }, want: true },
    { name: 'the operation says so', document: {}, operation: BEARER, want: false },
  ])('$name', ({ document, operation, want }) => {
    expect(needsNoToken(document, operation)).toBe(want);
  });
});
