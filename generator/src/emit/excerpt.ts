// Owns how an example's value is shortened for the reference: a reader wants its form, not 32000 numbers.
import { isObject, type JsonValue } from '../json.ts';

const NUMBERS_SHOWN = 4;
/** Number arrays up to this length are shown whole. */
const NUMBERS_WHOLE = 8;
/** Texts up to this length are shown whole; it fits the longest message of an error. */
const TEXT_WHOLE = 300;
const TEXT_SHOWN = 40;

/** Indented JSON with long number arrays and texts cut, each cut with its count. */
export function excerptOf(value: JsonValue, indent = ''): string {
  if (typeof value === 'string' && value.length > TEXT_WHOLE) {
    return `"${value.slice(0, TEXT_SHOWN)}… (${value.length} characters)"`;
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry === 'number')) {
      const isLong = value.length > NUMBERS_WHOLE;
      const shown = (isLong ? value.slice(0, NUMBERS_SHOWN) : value).map((entry) => JSON.stringify(entry)).join(', ');
      return isLong ? `[${shown}, … (${value.length} numbers)]` : `[${shown}]`;
    }
    return `[\n${value.map((entry) => inner + excerptOf(entry, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (!isObject(value) || entries.length === 0) {
    return '{}';
  }
  return `{\n${entries.map(([key, entry]) => `${inner}${JSON.stringify(key)}: ${excerptOf(entry, inner)}`).join(',\n')}\n${indent}}`;
}
