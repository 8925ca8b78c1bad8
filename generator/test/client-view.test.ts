// Owns the proof that the views for clients say what the contract says: of every body that a client makes out of one variant, and of
// every answer. Bodies that no client makes, such as two inputs in one instance, are where a flat object must differ.
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, test } from 'vitest';
import { type CompiledAlgorithm, compile } from '../src/compile.ts';
import { schemasOf } from '../src/document.ts';
import { emitClientViews } from '../src/emit/client-view.ts';
import { jsonSchemaOf } from '../src/emit/json-schema.ts';
import { readAlgorithms, SourceTree } from '../src/index.ts';
import { isObject, type JsonObject, listAt, objectAt } from '../src/json.ts';
import type { ObjectShape } from '../src/request-shape.ts';
import { contractOf } from './support/contract-of.ts';

const SPEC = join(import.meta.dirname, '../../spec');
const outputs = emitClientViews(await contractOf(SPEC));

describe.each(readAlgorithms(new SourceTree(SPEC)).map(({ name }) => ({ name })))('$name', ({ name }) => {
  const algorithm = compile(SPEC, name);
  const view = (kind: string): JsonObject => JSON.parse(outputs.get(`client-view/${name}.${kind}.json`) ?? '');
  const contract = validatorsOf(algorithm.view.document);
  const bodies = bodiesOf(algorithm);

  test('the bodies of this proof are both right and wrong ones', () => {
    const right = bodies.filter((body) => contract('PredictRequest')(body)).length;
    expect(right).toBeGreaterThanOrEqual(algorithm.requestShape.variants.length);
    expect(bodies.length - right).toBeGreaterThan(4 * algorithm.requestShape.variants.length);
  });

  test.each(['union', 'flat'])('the %s view takes and refuses the same bodies as the contract', (kind) => {
    const validate = validatorsOf(view(kind))('PredictRequest');
    const different = bodies.filter((body) => validate(body) !== contract('PredictRequest')(body));
    expect(different.map((body) => JSON.stringify(body).slice(0, 200))).toEqual([]);
  });

  test.each(['union', 'flat'])('the %s view takes every answer that the contract shows', (kind) => {
    const validate = validatorsOf(view(kind));
    const answers = answersOf(algorithm);
    expect(answers.length).toBeGreaterThan(3);
    for (const { schema, value } of answers)
      expect(validate(schema)(value), JSON.stringify(value).slice(0, 200)).toBe(true);
  });

  test('the flat view has no union and no base64', () => {
    const text = JSON.stringify(view('flat'));
    expect(text).not.toMatch(/"(oneOf|anyOf|allOf)"/);
    expect(text).not.toContain('"byte"');
    expect(JSON.stringify(view('union'))).toContain('"oneOf"');
  });

  test.each(['union', 'flat'])('the %s view refers to nothing that is missing and holds nothing unused', (kind) => {
    const document = view(kind);
    const referred = new Set(JSON.stringify(document).match(/#\/components\/\w+\/\w+/g));
    const { securitySchemes: _, ...rest } = objectAt(document, 'components');
    const present = Object.entries(rest).flatMap(([group, members]) =>
      Object.keys(isObject(members) ? members : {}).map((member) => `#/components/${group}/${member}`),
    );
    expect(present.sort()).toEqual([...referred].sort());
  });
});

/** Validators by the title of a schema. */
function validatorsOf(document: JsonObject): (title: string) => ValidateFunction {
  const ajv = new Ajv({ allErrors: false, strict: false, validateFormats: false });
  for (const [title, schema] of Object.entries(schemasOf(document))) {
    if (isObject(schema)) ajv.addSchema({ ...jsonSchemaOf(schema), $id: title });
  }
  return (title) => {
    const validate = ajv.getSchema(title);
    if (validate === undefined) throw new Error(`The document has no schema ${title}.`);
    return validate;
  };
}

/** What a client sends: each example's instance that is right, and the same with one thing wrong. */
function bodiesOf({ examples, requestShape, view }: CompiledAlgorithm): JsonObject[] {
  const isRight = validatorsOf(view.document)(view.predictSchemata.instance ?? '');
  const instances = examples
    .flatMap(({ request }) => listAt(objectAt(request, 'body'), 'instances'))
    .filter((instance) => isObject(instance) && isRight(instance))
    .filter(isObject);
  const samples = requestShape.variants.map(
    (variant) => instances.find((instance) => variant.required.every((field) => field in instance)) ?? silence(variant),
  );
  // Each with the fields that it needs alone, with all, and with one thing wrong.
  const bare = requestShape.variants.map(({ required }, index) =>
    Object.fromEntries(Object.entries(samples[index] ?? {}).filter(([field]) => required.includes(field))),
  );
  return [...bare, ...samples, ...samples.flatMap(damaged)].map((instance) => ({ instances: [instance] }));
}

/** A variant of nothing but lists of numbers, which no example shows because of its length. */
function silence({ name, properties, required }: ObjectShape): JsonObject {
  return Object.fromEntries(
    required.map((field) => {
      const shape = properties[field];
      if (shape?.kind !== 'float-array') throw new Error(`No example shows a ${name}. Add one that works.`);
      return [field, Array<number>(shape.minItems).fill(0)];
    }),
  );
}

function damaged(instance: JsonObject): JsonObject[] {
  return [
    { ...instance, another_field: 1 },
    ...Object.entries(instance).flatMap(([field, value]): JsonObject[] => [
      { ...instance, [field]: 7 },
      { ...instance, [field]: null },
      { ...instance, [field]: {} },
      ...(Array.isArray(value)
        ? [
            { ...instance, [field]: value.slice(1) },
            { ...instance, [field]: [...value, 0] },
            { ...instance, [field]: [...value.slice(1), 'x'] },
          ]
        : [{ ...instance, [field]: [] }]),
      ...(typeof value === 'string' ? [{ ...instance, [field]: ' ' }] : []),
    ]),
  ];
}

/** The recorded answers of the predict operations with the schema of each. */
function answersOf({ document }: CompiledAlgorithm): { readonly schema: string; readonly value: JsonObject }[] {
  const predict = Object.entries(objectAt(document, 'paths')).find(([path]) =>
    path.endsWith('{endpoint}:predict'),
  )?.[1];
  const responses = objectAt(objectAt(isObject(predict) ? predict : {}, 'post'), 'responses');
  return Object.entries(responses).flatMap(([status, response]) => {
    const content = objectAt(objectAt(isObject(response) ? response : {}, 'content'), 'application/json');
    return Object.values(objectAt(content, 'examples')).flatMap((example) => {
      const value = isObject(example) ? example['value'] : undefined;
      return isObject(value) ? [{ schema: status === '200' ? 'PredictResponse' : 'ErrorResponse', value }] : [];
    });
  });
}
