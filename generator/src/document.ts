// Owns finding one's way in a bundled OpenAPI document: its operations, its components, what a reference stands for. Knows
// neither files nor outputs.
import { copyWith } from './copy.ts';
import { isObject, type JsonObject, type JsonValue, listAt, objectAt, stringAt } from './json.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
export type Method = (typeof METHODS)[number];

export interface Operation {
  readonly path: string;
  readonly method: Method;
  readonly operation: JsonObject;
  readonly pathItem: JsonObject;
}

/** All operations in the order of the document. */
export function operationsOf(document: JsonObject): Operation[] {
  return Object.entries(objectAt(document, 'paths')).flatMap(([path, pathItem]) => {
    if (!isObject(pathItem)) {
      return [];
    }
    return METHODS.flatMap((method) => {
      const operation = pathItem[method];
      return isObject(operation) ? [{ path, method, operation, pathItem }] : [];
    });
  });
}

/** Parameters of the path item and of the operation together, references resolved; the operation's win. */
export function parametersOf(document: JsonObject, { pathItem, operation }: Operation): JsonObject[] {
  const byKey = new Map<string, JsonObject>();
  for (const entry of [...listAt(pathItem, 'parameters'), ...listAt(operation, 'parameters')]) {
    const parameter = resolve(document, entry);
    if (parameter !== undefined) {
      byKey.set(`${stringAt(parameter, 'in')} ${stringAt(parameter, 'name')}`, parameter);
    }
  }
  return [...byKey.values()];
}

/** The name after `#/components/<kind>/`, or undefined for a value that is no reference. */
export function referencedName(value: JsonValue | undefined): string | undefined {
  const ref = isObject(value) ? value['$ref'] : undefined;
  return typeof ref === 'string' ? ref.slice(ref.lastIndexOf('/') + 1) : undefined;
}

/** The object itself, or the component that it refers to; undefined where neither is an object. */
export function resolve(document: JsonObject, value: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const ref = value['$ref'];
  if (typeof ref !== 'string') {
    return value;
  }
  const [, , kind = '', name = ''] = ref.split('/');
  return resolve(document, objectAt(objectAt(document, 'components'), kind)[name]);
}

/** A copy of a schema in which every reference is replaced by what it refers to. The bundler has refused cycles. */
export function inlined(document: JsonObject, schema: JsonObject): JsonObject {
  const copy = copyWith(schema, (object) => {
    const target = typeof object['$ref'] === 'string' ? resolve(document, object) : undefined;
    return target === undefined ? undefined : inlined(document, target);
  });
  if (!isObject(copy)) {
    throw new Error('Inlining a schema gave no object. This is a bug.');
  }
  return copy;
}

export function schemasOf(document: JsonObject): JsonObject {
  return objectAt(objectAt(document, 'components'), 'schemas');
}

/** True when an operation may be called without credentials (`security: []` or an empty alternative). */
export function needsNoToken(document: JsonObject, operation: JsonObject): boolean {
  const alternatives = listAt(operation['security'] === undefined ? document : operation, 'security');
  return alternatives.length === 0 || alternatives.some((entry) => isObject(entry) && Object.keys(entry).length === 0);
}
