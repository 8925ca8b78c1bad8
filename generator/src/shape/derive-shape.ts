// Owns which schemata the request parser can read, and how they look in its own vocabulary (request-shape.ts). Whatever it
// cannot read is a problem of the spec, told in words that name what to write instead.
import { inlined, schemasOf } from '../document.ts';
import { isObject, type JsonObject, listAt, objectAt, stringsAt } from '../json.ts';
import { ContractProblems, ProblemList } from '../problems.ts';
import type { ObjectShape, RequestShape, ValueShape } from '../request-shape.ts';
import { positionOf } from '../source/position.ts';
import type { View } from '../specialise.ts';
import { refuseOthers, valueShapeOf } from './value-shape.ts';

/**
 * The shape of one algorithm's instances and parameters.
 *
 * @throws ContractProblems for every part of the two schemata that the parser cannot read
 */
export function deriveRequestShape({ document, predictSchemata }: View): RequestShape {
  const problems = new ProblemList();
  const rootOf = (name: string): JsonObject => {
    const schema = schemasOf(document)[name];
    return isObject(schema) ? inlined(document, schema) : {};
  };
  if (predictSchemata.instance === undefined) {
    problems.add(
      'request-shape',
      'no operation refers to predict-schemata/instance.yaml, so there is no request to parse',
    );
    throw new ContractProblems(problems.all);
  }
  const instance = rootOf(predictSchemata.instance);
  const union = instance['oneOf'] === undefined ? [instance] : listAt(instance, 'oneOf').filter(isObject);
  if (instance['oneOf'] !== undefined) {
    refuseOthers(instance, ['oneOf'], 'a union', problems);
  }
  const variants = union.map((variant) => objectShapeOf(variant, problems));
  const parameters =
    predictSchemata.parameters === undefined
      ? { name: 'NoParameters', properties: {}, required: [] }
      : // Whether parameters may be null is the envelope's affair; the shape is of the object.
        objectShapeOf(rootOf(predictSchemata.parameters), problems, ['nullable']);
  refuseLookAlikes(variants, union, problems);
  problems.throwIfAny();
  return { variants, parameters };
}

const OBJECT_KEYS = ['type', 'properties', 'required', 'additionalProperties'];

function objectShapeOf(schema: JsonObject, problems: ProblemList, alsoAllowed: readonly string[] = []): ObjectShape {
  const title = schema['title'];
  const refuse = (what: string, use: string): void =>
    problems.add('request-shape', `the request parser cannot read ${what}; use ${use}`, positionOf(schema));
  if (schema['type'] !== 'object' || schema['additionalProperties'] !== false) {
    refuse('anything but closed objects here', 'type: object with additionalProperties: false, or a oneOf of such');
  }
  if (typeof title !== 'string') {
    refuse('an object without a name', 'a file of its own with a title');
  }
  refuseOthers(schema, [...OBJECT_KEYS, ...alsoAllowed], 'an object', problems);
  const properties = Object.entries(objectAt(schema, 'properties')).flatMap(
    ([name, property]): [string, ValueShape][] => {
      const shape = isObject(property) ? valueShapeOf(name, property, problems) : undefined;
      return shape === undefined ? [] : [[name, shape]];
    },
  );
  const required = stringsAt(schema, 'required');
  for (const name of required) {
    if (objectAt(schema, 'properties')[name] === undefined) {
      problems.add('request-shape', `required names ${name}, which is no property`, positionOf(schema, 'required'));
    }
  }
  return { name: typeof title === 'string' ? title : '', properties: Object.fromEntries(properties), required };
}

/** The parser tells variants apart by a required property that only one of them has. */
function refuseLookAlikes(
  variants: readonly ObjectShape[],
  schemas: readonly JsonObject[],
  problems: ProblemList,
): void {
  for (const [index, variant] of variants.entries()) {
    const others = variants.filter((other) => other !== variant);
    const own = variant.required.some((name) => others.every((other) => other.properties[name] === undefined));
    if (others.length > 0 && !own) {
      const message = `the request parser cannot tell ${variant.name} from the other variants; use a required property that none of them has`;
      problems.add('request-shape', message, positionOf(schemas[index] ?? {}));
    }
  }
}
