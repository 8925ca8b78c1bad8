import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { parseYaml } from '../source/parse-yaml.ts';
import { formatChange } from './change.ts';
import { compareDocuments } from './compare-documents.ts';

/** A document with one operation, whose request and response body are the component Body. */
const BASE = `
security: [{ bearer: [] }]
paths:
  /a:
    parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 9 } }]
    post:
      operationId: send
      parameters: [{ name: q, in: query, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/In" } }, text/plain: {} } }
      responses:
        "200":
          headers: { X-Id: { required: true, schema: { type: string } } }
          content: { application/json: { schema: { $ref: "#/components/schemas/Out" } } }
        "400": {}
  /b: { get: { operationId: list, responses: { "200": {} } } }
components:
  schemas:
    In: { $BODY }
    Out: { $BODY }
`;

function documentOf(text: string): JsonObject {
  // The texts of this file hold objects.
  return parseYaml(text, 'test.yaml') as JsonObject;
}

function changesOf(base: string, next: string): string[] {
  const changes = compareDocuments(documentOf(base), documentOf(next));
  return changes.map((change) => `${change.isBreaking ? 'breaking' : 'note'} ${formatChange(change)}`);
}

const withBodies = (one: string, other = one): string => BASE.replace('$BODY', one).replace('$BODY', other);
const PLAIN = withBodies('type: string');

describe('operations', () => {
  test.each([
    {
      given: ['operationId: send', 'operationId: post'],
      want: 'breaking POST /a (both) operation-renamed: the operationId send became post',
    },
    { given: ['  /b: {', '  /c: {'], want: 'breaking /b (both) path-removed: the path was removed' },
    {
      given: ['/b: { get:', '/b: { put:'],
      want: 'breaking GET /b (both) operation-removed: the operation was removed',
    },
    {
      given: ['"400"', '"404"'],
      want: 'breaking POST /a 400 (response) status-removed',
      also: 'note POST /a 404 (response) status-added',
    },
    { given: ['name: q', 'name: r'], want: 'breaking POST /a query q (request) parameter-removed' },
    {
      given: ['name: q,', 'name: q, required: true,'],
      want: 'breaking POST /a query q (request) parameter-required: the parameter became required',
    },
    {
      given: ['[{ name: q', '[{ name: z, in: query, required: true }, { name: q'],
      want: 'breaking POST /a query z (request) parameter-required: a required parameter was added',
    },
    {
      given: ['maxLength: 9', 'maxLength: 8'],
      want: 'breaking POST /a path id (request) limit-narrowed: maxLength 9 became 8',
    },
    { given: ['requestBody: {', 'requestBody: { required: true,'], want: 'breaking POST /a (request) body-required' },
    { given: [', text/plain: {}', ''], want: 'breaking POST /a body text/plain (request) media-type-removed' },
    {
      given: [
        'content: { application/json: { schema: { $ref: "#/components/schemas/Out"',
        'content: { text/json: { schema: { $ref: "#/components/schemas/Out"',
      ],
      want: 'breaking POST /a 200 application/json (response) media-type-removed',
    },
    { given: ['X-Id: { required: true,', 'X-Id: {'], want: 'breaking POST /a 200 X-Id (response) header-optional' },
    { given: ['X-Id', 'X-Other'], want: 'breaking POST /a 200 X-Id (response) header-removed' },
    {
      given: ['security: [{ bearer: [] }]', 'security: [{ key: [] }]'],
      want: 'breaking POST /a (request) security-added: a call with {"bearer":[]} is refused now',
    },
    { given: ['    In: {', '    InBody: {'], want: 'breaking In (both) schema-renamed' },
  ])('$given', ({ given: [from = '', to = ''], want, also }) => {
    const next = PLAIN.replace(from, to);
    expect(next).not.toBe(PLAIN);
    const lines = changesOf(PLAIN, next);
    expect(
      lines.some((line) => line.startsWith(want)),
      lines.join('\n'),
    ).toBe(true);
    expect(also === undefined || lines.some((line) => line.startsWith(also))).toBe(true);
  });

  test.each([
    { name: 'nothing changed', given: ['', ''] },
    { name: 'an optional parameter was added', given: ['[{ name: q', '[{ name: z, in: query }, { name: q'] },
    { name: 'a token is not needed any more', given: ['security: [{ bearer: [] }]', 'security: []'] },
    {
      name: 'another way to authenticate',
      given: ['security: [{ bearer: [] }]', 'security: [{ key: [] }, { bearer: [] }]'],
    },
    { name: 'a path was added', given: ['paths:', 'paths:\n  /z: { get: { responses: {} } }'] },
    {
      name: 'a parameter was moved from the path to the operation',
      given: [
        'parameters: [{ name: q, in: query, schema: { type: string } }]',
        'parameters: [{ name: q, in: query, schema: { type: string } }, { name: id, in: path, required: true, schema: { type: string, maxLength: 9 } }]',
      ],
    },
  ])('not a change: $name', ({ given: [from = '', to = ''] }) => {
    expect(changesOf(PLAIN, PLAIN.replace(from, to))).toEqual([]);
  });
});

/** `request` and `response`: the rule by which a change is reported there, breaking unless it starts with `note `. */
interface SchemaRow {
  readonly base: string;
  readonly next: string;
  readonly request?: string;
  readonly response?: string;
}

const OBJECT = 'type: object, properties:';

describe('schemata', () => {
  test.each<SchemaRow>([
    { base: 'type: string', next: 'type: integer', request: 'type-changed', response: 'type-changed' },
    {
      base: 'type: number, format: float',
      next: 'type: number, format: double',
      request: 'format-changed',
      response: 'format-changed',
    },
    { base: 'nullable: true', next: '', request: 'limit-narrowed' },
    { base: '', next: 'nullable: true', response: 'limit-widened' },
    { base: 'enum: [a, b]', next: 'enum: [a]', request: 'enum-value-removed', response: 'enum-value-removed' },
    { base: 'enum: [a]', next: 'enum: [a, b]', request: 'note enum-value-added', response: 'note enum-value-added' },
    { base: '', next: 'enum: [a]', request: 'enum-changed', response: 'note enum-changed' },
    { base: 'enum: [a]', next: '', request: 'note enum-changed', response: 'enum-changed' },
    { base: 'maxLength: 9', next: 'maxLength: 8', request: 'limit-narrowed' },
    { base: 'maxLength: 8', next: 'maxLength: 9', response: 'limit-widened' },
    { base: '', next: 'maxItems: 9', request: 'limit-narrowed' },
    { base: 'maximum: 9', next: '', response: 'limit-widened' },
    { base: 'minItems: 1', next: 'minItems: 2', request: 'limit-narrowed' },
    { base: 'minimum: 2', next: 'minimum: 1', response: 'limit-widened' },
    { base: '', next: 'minLength: 0' },
    { base: '', next: 'minLength: 1', request: 'limit-narrowed' },
    { base: 'minimum: 0', next: '', response: 'limit-widened' },
    { base: '', next: 'oneOf: [{ title: A }]', request: 'schema-changed', response: 'schema-changed' },
    { base: 'pattern: a', next: 'pattern: b', request: 'limit-narrowed', response: 'limit-widened' },
    { base: '', next: 'pattern: b', request: 'limit-narrowed' },
    { base: 'multipleOf: 2', next: '', response: 'limit-widened' },
    { base: '', next: 'uniqueItems: true', request: 'limit-narrowed' },
    { base: 'minimum: 1', next: 'minimum: 1, exclusiveMinimum: true', request: 'limit-narrowed' },
    {
      base: `${OBJECT} { a: {}, b: {} }`,
      next: `${OBJECT} { a: {} }`,
      request: 'property-removed',
      response: 'property-removed',
    },
    {
      base: `${OBJECT} { a: {} }`,
      next: `${OBJECT} { a: {}, b: {} }`,
      request: 'note property-added',
      response: 'note property-added',
    },
    {
      base: `${OBJECT} { a: {} }`,
      next: `${OBJECT} { a: {}, b: {} }, required: [b]`,
      request: 'property-required',
      response: 'note property-added',
    },
    { base: `${OBJECT} { a: {} }`, next: `${OBJECT} { a: {} }, required: [a]`, request: 'property-required' },
    { base: `${OBJECT} { a: {} }, required: [a]`, next: `${OBJECT} { a: {} }`, response: 'property-optional' },
    {
      base: `${OBJECT} { a: { type: string } }`,
      next: `${OBJECT} { a: { type: number } }`,
      request: 'type-changed',
      response: 'type-changed',
    },
    { base: 'type: object', next: 'type: object, additionalProperties: false', request: 'object-closed' },
    { base: 'type: object, additionalProperties: false', next: 'type: object', response: 'note object-opened' },
    {
      base: 'additionalProperties: { maxLength: 2 }',
      next: 'additionalProperties: { maxLength: 1 }',
      request: 'limit-narrowed',
    },
    {
      base: 'type: array, items: { maxLength: 1 }',
      next: 'type: array, items: { maxLength: 2 }',
      response: 'limit-widened',
    },
    {
      base: 'type: array, items: { type: string }',
      next: 'type: array',
      request: 'schema-changed',
      response: 'schema-changed',
    },
    {
      base: 'oneOf: [{ title: A }, { title: B }]',
      next: 'oneOf: [{ title: A }]',
      request: 'variant-removed',
      response: 'variant-removed',
    },
    {
      base: 'oneOf: [{ title: A }]',
      next: 'oneOf: [{ title: B }, { title: A }]',
      request: 'note variant-added',
      response: 'variant-added',
    },
    {
      base: 'oneOf: [{ title: A, maxLength: 2 }]',
      next: 'oneOf: [{ title: A, maxLength: 1 }]',
      request: 'limit-narrowed',
    },
    {
      base: 'allOf: [{ title: A }]',
      next: 'allOf: [{ title: A }, { title: B }]',
      request: 'part-added',
      response: 'note part-added',
    },
    {
      base: 'not: { type: string }',
      next: 'not: { type: number }',
      request: 'schema-changed',
      response: 'schema-changed',
    },
    { base: 'description: a', next: 'description: b' },
  ])('{$base} → {$next}', ({ base, next, request, response }) => {
    const rulesOf = (from: string, to: string): string[] =>
      compareDocuments(documentOf(from), documentOf(to)).map(({ isBreaking, rule }) =>
        isBreaking ? rule : `note ${rule}`,
      );
    expect(rulesOf(withBodies(base, ''), withBodies(next, ''))).toEqual(request === undefined ? [] : [request]);
    expect(rulesOf(withBodies('', base), withBodies('', next))).toEqual(response === undefined ? [] : [response]);
  });

  test('a component that is used often is reported once for each direction', () => {
    const nested = (limit: number): string =>
      `${withBodies('properties: { x: { $ref: "#/components/schemas/S" }, y: { $ref: "#/components/schemas/S" } }')}    S: { type: string, maxLength: ${limit} }\n`;
    expect(changesOf(nested(2), nested(1))).toEqual(['breaking S (request) limit-narrowed: maxLength 2 became 1']);
    expect(changesOf(nested(1), nested(2))).toEqual(['breaking S (response) limit-widened: maxLength 1 became 2']);
  });
});
