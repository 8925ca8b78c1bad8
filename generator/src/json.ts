// Owns the JSON value types that every phase passes on, the guards that narrow them, and the one JSON text form in which
// outputs are written. Knows nothing of OpenAPI.

export type JsonValue = string | number | boolean | null | JsonObject | JsonValue[];
export interface JsonObject {
  [key: string]: JsonValue;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at `key`, or an empty one: for the many places of OpenAPI where an absent map means an empty map. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isObject(value) ? value : {};
}

/** The list at `key`, or an empty one. */
export function listAt(parent: JsonObject, key: string): JsonValue[] {
  const value = parent[key];
  return Array.isArray(value) ? value : [];
}

/** The members of the list at `key` that are strings. */
export function stringsAt(parent: JsonObject, key: string): string[] {
  return listAt(parent, key).filter((entry) => typeof entry === 'string');
}

export function stringAt(parent: JsonObject, key: string): string | undefined {
  const value = parent[key];
  return typeof value === 'string' ? value : undefined;
}

/** The same object with its keys in code-unit order, for maps whose order carries no meaning. */
export function sortedByKey<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/**
 * Indented JSON in which an array of nothing but numbers stays on one line: a clip has 32000 of them, and a line for each
 * would bury the rest of the file and its diff.
 */
export function stringifyJson(value: JsonValue, indent = ''): string {
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry === 'number')) {
      return `[${value.map((entry) => JSON.stringify(entry)).join(', ')}]`;
    }
    return `[\n${value.map((entry) => inner + stringifyJson(entry, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) {
    return '{}';
  }
  const lines = entries.map(([key, entry]) => `${inner}${JSON.stringify(key)}: ${stringifyJson(entry, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
