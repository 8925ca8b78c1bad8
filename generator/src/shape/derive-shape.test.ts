import { describe, expect, test } from 'vitest';
import { problemsOf, specWith } from '../../test/support/spec-with.ts';
import { compile } from '../compile.ts';

const INSTANCE = 'algorithms/tone/instance.yaml';

/** An instance with one property, whose schema stands on line 5. */
const instanceOf = (property: string): string =>
  `title: ToneInstance\ndescription: D\ntype: object\nadditionalProperties: false\nproperties: { x: ${property} }\nrequired: [x]\n`;

const shapeOf = (files: Record<string, string>) =>
  compile(specWith(files), 'tone', { allowMissingAnswers: true }).requestShape;

describe('what the parser can read', () => {
  test.each([
    { given: '{ type: string }', want: { kind: 'string' } },
    {
      given: '{ type: string, minLength: 1, maxLength: 2, pattern: "^a+$", enum: [a, aa], description: D }',
      want: { kind: 'string', minLength: 1, maxLength: 2, pattern: '^a+$', enum: ['a', 'aa'] },
    },
    {
      given: '{ type: string, format: byte, minLength: 4, maxLength: 8 }',
      want: { kind: 'bytes', minLength: 4, maxLength: 8 },
    },
    { given: '{ type: string, format: byte, pattern: "^[A-Za-z0-9+/]*={0,2}$" }', want: { kind: 'bytes' } },
    {
      given: '{ type: number, format: float, minimum: 0, maximum: 1 }',
      want: { kind: 'number', minimum: 0, maximum: 1 },
    },
    { given: '{ type: integer, minimum: 3 }', want: { kind: 'integer', minimum: 3 } },
    { given: '{ type: boolean, default: true }', want: { kind: 'boolean' } },
    {
      given: '{ type: array, minItems: 2, maxItems: 3, items: { type: number, format: float, description: D } }',
      want: { kind: 'float-array', minItems: 2, maxItems: 3 },
    },
  ])('$given', ({ given, want }) => {
    const { variants, parameters } = shapeOf({ [INSTANCE]: instanceOf(given) });
    expect(variants).toEqual([{ name: 'ToneInstance', properties: { x: want }, required: ['x'] }]);
    expect(parameters).toEqual({
      name: 'ToneParameters',
      properties: { label: { kind: 'string', maxLength: 3 } },
      required: [],
    });
  });

  test('a union of named objects has a variant for each, in its order', () => {
    const variant = (title: string, property: string): string =>
      `title: ${title}\ntype: object\nadditionalProperties: false\nrequired: [${property}]\nproperties: { ${property}: { type: string } }\n`;
    const { variants } = shapeOf({
      [INSTANCE]: 'title: ToneInstance\noneOf: [{ $ref: ./schemas/b.yaml }, { $ref: ./schemas/a.yaml }]\n',
      'algorithms/tone/schemas/a.yaml': variant('ToneA', 'a'),
      'algorithms/tone/schemas/b.yaml': variant('ToneB', 'b'),
    });
    expect(variants.map(({ name, required }) => [name, required])).toEqual([
      ['ToneB', ['b']],
      ['ToneA', ['a']],
    ]);
  });
});

describe('what the parser cannot read', () => {
  const at = (column: number): string => `spec/${INSTANCE}:5:${column} request-shape the request parser cannot read`;

  test.each([
    { given: '{ type: object }', want: `${at(18)} x with type "object"; use a string, base64` },
    { given: '{ description: D }', want: `${at(18)} x with no type` },
    {
      given: '{ type: string, nullable: true }',
      want: `${at(34)} nullable of x; use minLength, maxLength, pattern, enum`,
    },
    { given: '{ type: string, format: date-time }', want: `${at(34)} format of x` },
    { given: '{ type: string, pattern: "(" }', want: `${at(34)} this pattern` },
    {
      given: '{ type: string, format: byte, pattern: "^A" }',
      want: `${at(48)} pattern of x; use format, minLength, maxLength`,
    },
    { given: '{ type: number, multipleOf: 2 }', want: `${at(34)} multipleOf of x; use format, minimum, maximum` },
    { given: '{ type: integer, exclusiveMinimum: true }', want: `${at(35)} exclusiveMinimum of x` },
    { given: '{ type: boolean, enum: [true] }', want: `${at(35)} enum of x; use none of its limits` },
    {
      given: '{ type: array, items: { type: string } }',
      want: `${at(33)} the items of x; use type: number with format: float`,
    },
    {
      given: '{ type: array, items: { type: number, format: float } }',
      want: `${at(18)} x of any length; use minItems and maxItems`,
    },
    {
      given: '{ type: array, minItems: 1, maxItems: 1, items: { type: number, format: float, minimum: 0 } }',
      want: `${at(97)} minimum of the items of x`,
    },
  ])('$given', async ({ given, want }) => {
    const problems = await problemsOf(() => shapeOf({ [INSTANCE]: instanceOf(given) }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(want);
  });

  test.each([
    { name: 'an open object', given: 'title: ToneInstance\ntype: object\n', want: 'anything but closed objects here' },
    {
      name: 'a list',
      given: 'title: ToneInstance\ntype: array\nadditionalProperties: false\n',
      want: 'anything but closed objects here',
    },
    {
      name: 'variants that look alike',
      given: `title: ToneInstance
oneOf:
  - { title: A, type: object, additionalProperties: false, required: [a], properties: { a: { type: string } } }
  - { title: B, type: object, additionalProperties: false, required: [a], properties: { a: { type: string }, b: { type: string } } }
`,
      want: 'cannot tell A from the other variants; use a required property that none of them has',
    },
    {
      name: 'a variant without a name',
      given: 'title: ToneInstance\noneOf:\n  - { type: object, additionalProperties: false }\n',
      want: 'an object without a name; use a file of its own with a title',
    },
    {
      name: 'anyOf',
      given: 'title: ToneInstance\ntype: object\nadditionalProperties: false\nanyOf: []\n',
      want: 'anyOf of an object',
    },
    {
      name: 'a required property that does not exist',
      given: 'title: ToneInstance\ntype: object\nadditionalProperties: false\nrequired: [y]\n',
      want: 'required names y, which is no property',
    },
  ])('$name', async ({ given, want }) => {
    const problems = await problemsOf(() => shapeOf({ [INSTANCE]: given }));
    expect(problems.join('\n')).toContain(want);
  });
});
