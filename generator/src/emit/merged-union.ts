// Owns making one closed object out of a union of closed objects, for generators that cannot express a union. What every member
// demands stays required; the rest is optional. Knows nothing of where the union stands.
import { resolve } from '../document.ts';
import { isObject, type JsonObject, type JsonValue, listAt, objectAt, stringsAt } from '../json.ts';
import { ContractProblems } from '../problems.ts';

/** @throws ContractProblems where the members cannot be one object */
export function mergedUnion(document: JsonObject, name: string, union: JsonObject): JsonObject {
  const members = listAt(union, 'oneOf').map((member) => resolve(document, member) ?? {});
  const refuse = (what: string): ContractProblems =>
    new ContractProblems([{ rule: 'client-view', message: `${name} cannot be flattened: ${what}` }]);
  if (members.some((member) => member['type'] !== 'object' || member['additionalProperties'] !== false)) {
    throw refuse('a member of the union is no closed object; use a closed object with a title for each');
  }
  const properties: JsonObject = {};
  for (const [key, schema] of members.flatMap((member) => Object.entries(objectAt(member, 'properties')))) {
    const present = properties[key];
    const both = present === undefined ? schema : unified(present, schema);
    if (both === undefined) throw refuse(`two members say different things of ${key}; use another name in one of them`);
    properties[key] = both;
  }
  const required = Object.keys(properties).filter((key) =>
    members.every((member) => stringsAt(member, 'required').includes(key)),
  );
  const { oneOf: _, discriminator: __, ...rest } = union;
  return {
    ...rest,
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties,
  };
}

/** One schema for both; of two lists of allowed values the values of both. */
function unified(one: JsonValue, other: JsonValue): JsonValue | undefined {
  if (JSON.stringify(one) === JSON.stringify(other)) return one;
  if (!isObject(one) || !isObject(other)) return undefined;
  const { enum: values, ...rest } = one;
  const { enum: otherValues, ...otherRest } = other;
  if (!Array.isArray(values) || !Array.isArray(otherValues)) return undefined;
  if (JSON.stringify(rest) !== JSON.stringify(otherRest)) return undefined;
  return { ...rest, enum: [...values, ...otherValues.filter((value) => !values.includes(value))] };
}
