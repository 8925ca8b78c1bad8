// Owns finding every Schema Object of a document, wherever OpenAPI allows one. References are not followed: what they name
// is met as a component.
import { operationsOf, resolve, schemasOf } from '../document.ts';
import { isObject, type JsonObject, type JsonValue, listAt, objectAt } from '../json.ts';

export interface SchemaPlace {
  /** `component` and `property` schemata have names; `part` is an item, a union member or any other nameless one. */
  readonly role: 'component' | 'property' | 'part';
  /** For people, for example `HearInputArray.input_array` or `schema`. */
  readonly name: string;
}

export type VisitSchema = (schema: JsonObject, place: SchemaPlace) => void;

/** Visits every schema of the document once, outermost first. */
export function walkSchemas(document: JsonObject, visit: VisitSchema): void {
  for (const [name, schema] of Object.entries(schemasOf(document))) {
    walkSchema(schema, { role: 'component', name }, visit);
  }
  const components = objectAt(document, 'components');
  walkHolders(Object.values(objectAt(components, 'parameters')), visit);
  walkHolders(Object.values(objectAt(components, 'headers')), visit);
  for (const response of Object.values(objectAt(components, 'responses'))) {
    walkResponse(response, visit);
  }
  const pathItems = new Set(operationsOf(document).map(({ pathItem }) => pathItem));
  for (const pathItem of pathItems) {
    walkHolders(listAt(pathItem, 'parameters'), visit);
  }
  for (const { operation } of operationsOf(document)) {
    walkHolders(listAt(operation, 'parameters'), visit);
    walkHolders(Object.values(objectAt(objectAt(operation, 'requestBody'), 'content')), visit);
    for (const response of Object.values(objectAt(operation, 'responses'))) {
      walkResponse(response, visit);
    }
  }
}

/** Visits `schema` and the schemata inside it. */
export function walkSchema(schema: JsonValue | undefined, place: SchemaPlace, visit: VisitSchema): void {
  if (!isObject(schema) || '$ref' in schema) {
    return;
  }
  visit(schema, place);
  for (const [name, property] of Object.entries(objectAt(schema, 'properties'))) {
    walkSchema(property, { role: 'property', name: `${place.name}.${name}` }, visit);
  }
  for (const [key, part] of partsOf(schema)) {
    walkSchema(part, { role: 'part', name: `${place.name}.${key}` }, visit);
  }
}

/** The component schemata that `start` refers to, directly or through others, with `start` itself under the name ''. */
export function reachableSchemas(document: JsonObject, start: JsonObject): Map<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  const visit = (name: string, schema: JsonObject): void => {
    if (found.has(name)) {
      return;
    }
    found.set(name, schema);
    for (const reference of referencesIn(schema)) {
      const target = resolve(document, { $ref: reference });
      if (target !== undefined) {
        visit(reference.slice(reference.lastIndexOf('/') + 1), target);
      }
    }
  };
  visit('', start);
  return found;
}

function referencesIn(schema: JsonObject): string[] {
  if (typeof schema['$ref'] === 'string') {
    return [schema['$ref']];
  }
  const inside = [...Object.values(objectAt(schema, 'properties')), ...partsOf(schema).map(([, part]) => part)];
  return inside.flatMap((part) => (isObject(part) ? referencesIn(part) : []));
}

function partsOf(schema: JsonObject): [string, JsonValue][] {
  const parts: [string, JsonValue][] = [];
  for (const key of ['items', 'not', 'additionalProperties']) {
    const part = schema[key];
    if (isObject(part)) {
      parts.push([key, part]);
    }
  }
  for (const key of ['allOf', 'oneOf', 'anyOf']) {
    parts.push(...listAt(schema, key).map((part, index): [string, JsonValue] => [`${key}[${index}]`, part]));
  }
  return parts;
}

/** Parameters, headers and media types hold their schema under the same key. */
function walkHolders(holders: readonly JsonValue[], visit: VisitSchema): void {
  for (const holder of holders) {
    if (isObject(holder)) {
      const name = typeof holder['name'] === 'string' ? holder['name'] : 'schema';
      walkSchema(holder['schema'], { role: 'part', name }, visit);
    }
  }
}

function walkResponse(response: JsonValue, visit: VisitSchema): void {
  if (isObject(response)) {
    walkHolders(Object.values(objectAt(response, 'headers')), visit);
    walkHolders(Object.values(objectAt(response, 'content')), visit);
  }
}
