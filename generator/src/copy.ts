// Owns copying parts of a document: a copy keeps the positions of what it was copied from, and knows which maps have names
// for keys (a property may be called `default` or `$ref`) and which values are literals that hold no references.
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { inheritOrigin } from './source/position.ts';

/** Keys of OpenAPI objects whose value is a map from free names to objects. */
const NAME_MAPS: ReadonlySet<string> = new Set([
  'callbacks',
  'content',
  'encoding',
  'headers',
  'links',
  'parameters',
  'paths',
  'properties',
  'requestBodies',
  'responses',
  'schemas',
  'securitySchemes',
  'variables',
]);

/** Keys of OpenAPI objects whose value is data, in which `$ref` means nothing. */
const LITERALS: ReadonlySet<string> = new Set(['default', 'enum', 'example', 'examples', 'mapping']);

/** Puts another value in the place of an OpenAPI object, or answers undefined to have the object copied. */
export type Replace = (object: JsonObject) => JsonValue | undefined;

/** A deep copy of an OpenAPI object in which `replace` had its say about every object that is not a map of names or a literal. */
export function copyWith(value: JsonValue, replace: Replace): JsonValue {
  return copyValue(value, replace, false);
}

/** A deep copy that replaces nothing. */
export function copyOf<T extends JsonValue>(value: T): T {
  // The copy has the shape of what was copied.
  return copyValue(value, () => undefined, true) as T;
}

function copyValue(value: JsonValue, replace: Replace, isNameMap: boolean): JsonValue {
  if (Array.isArray(value)) {
    return inheritOrigin(
      value,
      value.map((entry) => copyValue(entry, replace, false)),
    );
  }
  if (!isObject(value)) {
    return value;
  }
  if (isNameMap) {
    return copyEntries(value, (entry) => copyValue(entry, replace, false));
  }
  const replacement = replace(value);
  if (replacement !== undefined) {
    return replacement;
  }
  return copyEntries(value, (entry, key) =>
    LITERALS.has(key) ? copyOf(entry) : copyValue(entry, replace, NAME_MAPS.has(key) && isObject(entry)),
  );
}

function copyEntries(object: JsonObject, copy: (entry: JsonValue, key: string) => JsonValue): JsonObject {
  const result: JsonObject = {};
  for (const [key, entry] of Object.entries(object)) {
    result[key] = copy(entry, key);
  }
  return inheritOrigin(object, result);
}
