// Owns the shape of one property of a request: which keywords of OpenAPI each kind of value may carry, and what to write
// instead of the others.
import { isObject, type JsonObject, stringsAt } from '../json.ts';
import type { ProblemList } from '../problems.ts';
import type { BytesShape, FloatArrayShape, NumberShape, StringShape, ValueShape } from '../request-shape.ts';
import { positionOf } from '../source/position.ts';

/** Keywords that say nothing about which values are valid. */
const ANNOTATIONS = ['title', 'description', 'default', 'example', 'deprecated', 'externalDocs'];

/** The pattern that `format: byte` implies; the parser checks the alphabet in any case. */
const BASE64_PATTERN = '^[A-Za-z0-9+/]*={0,2}$';

const READABLE =
  'a string, base64 (string, format byte), number, integer, boolean or an array of number with format float';

/** Adds a problem for each keyword of `schema` that is neither an annotation nor in `allowed`. */
export function refuseOthers(
  schema: JsonObject,
  allowed: readonly string[],
  what: string,
  problems: ProblemList,
): void {
  for (const key of Object.keys(schema)) {
    if (!ANNOTATIONS.includes(key) && !allowed.includes(key) && !key.startsWith('x-')) {
      const use = allowed.filter((name) => name !== 'type').join(', ') || 'none of its limits';
      problems.add(
        'request-shape',
        `the request parser cannot read ${key} of ${what}; use ${use}`,
        positionOf(schema, key),
      );
    }
  }
}

/** Undefined, with a problem added, for a schema that the parser cannot read. */
export function valueShapeOf(name: string, schema: JsonObject, problems: ProblemList): ValueShape | undefined {
  const only = (...keys: string[]): void => refuseOthers(schema, ['type', ...keys], name, problems);
  switch (schema['type']) {
    case 'string':
      return schema['format'] === 'byte' ? bytesShape(name, schema, problems) : stringShape(name, schema, problems);
    case 'number':
      only('format', 'minimum', 'maximum');
      return { kind: 'number', ...numbersOf(schema, 'minimum', 'maximum') } satisfies NumberShape;
    case 'integer':
      only('format', 'minimum', 'maximum');
      return { kind: 'integer', ...numbersOf(schema, 'minimum', 'maximum') } satisfies NumberShape;
    case 'boolean':
      only();
      return { kind: 'boolean' };
    case 'array':
      return floatArrayShape(name, schema, problems);
    default: {
      const found = schema['type'] === undefined ? 'no type' : `type ${JSON.stringify(schema['type'])}`;
      problems.add(
        'request-shape',
        `the request parser cannot read ${name} with ${found}; use ${READABLE}`,
        positionOf(schema),
      );
      return undefined;
    }
  }
}

function stringShape(name: string, schema: JsonObject, problems: ProblemList): StringShape {
  refuseOthers(schema, ['type', 'minLength', 'maxLength', 'pattern', 'enum'], name, problems);
  const { pattern } = schema;
  if (typeof pattern === 'string' && !isUnicodePattern(pattern)) {
    const message = `the request parser cannot read this pattern; use one that ECMA-262 takes with the u flag`;
    problems.add('request-shape', message, positionOf(schema, 'pattern'));
  }
  return {
    kind: 'string',
    ...numbersOf(schema, 'minLength', 'maxLength'),
    ...(typeof pattern === 'string' ? { pattern } : {}),
    ...(schema['enum'] === undefined ? {} : { enum: stringsAt(schema, 'enum') }),
  };
}

function bytesShape(name: string, schema: JsonObject, problems: ProblemList): BytesShape {
  const impliedPattern = schema['pattern'] === BASE64_PATTERN ? ['pattern'] : [];
  refuseOthers(schema, ['type', 'format', 'minLength', 'maxLength', ...impliedPattern], name, problems);
  return { kind: 'bytes', ...numbersOf(schema, 'minLength', 'maxLength') };
}

function floatArrayShape(name: string, schema: JsonObject, problems: ProblemList): FloatArrayShape | undefined {
  refuseOthers(schema, ['type', 'items', 'minItems', 'maxItems'], name, problems);
  const { items, minItems, maxItems } = schema;
  if (!isObject(items) || items['type'] !== 'number' || items['format'] !== 'float') {
    const message = `the request parser cannot read the items of ${name}; use type: number with format: float`;
    problems.add('request-shape', message, positionOf(schema, 'items'));
    return undefined;
  }
  refuseOthers(items, ['type', 'format'], `the items of ${name}`, problems);
  if (typeof minItems !== 'number' || typeof maxItems !== 'number') {
    const message = `the request parser cannot read ${name} of any length; use minItems and maxItems`;
    problems.add('request-shape', message, positionOf(schema));
    return undefined;
  }
  return { kind: 'float-array', minItems, maxItems };
}

function numbersOf<Key extends string>(schema: JsonObject, ...keys: readonly Key[]): Partial<Record<Key, number>> {
  const found = keys.flatMap((key): [Key, number][] => {
    const value = schema[key];
    return typeof value === 'number' ? [[key, value]] : [];
  });
  // The keys come from `keys`, each at most once.
  return Object.fromEntries(found) as Partial<Record<Key, number>>;
}

function isUnicodePattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
