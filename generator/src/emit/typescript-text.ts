// Owns the TypeScript form of plain values in generated files: object literals with unquoted keys, on one line where they fit.
import type { JsonValue } from '../json.ts';

const LINE_WIDTH = 120;
const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** @param value JSON data; a property that is undefined is left out */
export function typescriptLiteral(value: unknown, indent = ''): string {
  if (typeof value === 'string') {
    return typescriptString(value);
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value as JsonValue);
  }
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const entries = isList
    ? value.map((entry) => typescriptLiteral(entry, inner))
    : Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .map(([key, entry]) => `${typescriptKey(key)}: ${typescriptLiteral(entry, inner)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    return open + close;
  }
  const padding = isList ? '' : ' ';
  const line = `${open}${padding}${entries.join(', ')}${padding}${close}`;
  if (indent.length + line.length <= LINE_WIDTH - 20 && !line.includes('\n')) {
    return line;
  }
  return `${open}\n${entries.map((entry) => `${inner}${entry},\n`).join('')}${indent}${close}`;
}

export function typescriptString(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}

export function typescriptKey(key: string): string {
  return IDENTIFIER.test(key) ? key : typescriptString(key);
}

/** `'A' | 'B'`, or `never` for no value. */
export function typescriptUnion(values: readonly string[]): string {
  return values.length === 0 ? 'never' : values.map(typescriptString).join(' | ');
}
