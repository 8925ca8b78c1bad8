// Owns reading the small fields of an inference request: objects, lists, texts, shapes, parameters. What is wrong is collected,
// so that the caller hears of everything at once. Must not know a model or what the fields are for.
import { readElements, readMembers } from './containers.ts';
import { BYTE, byteAt, type Cursor } from './cursor.ts';
import { showName } from './messages.ts';
import { readNumber } from './numbers.ts';
import { jsonTypeAt, skipValue } from './skip.ts';
import { readString } from './strings.ts';
import type { Violation } from './violations.ts';

/** More than this tells a caller nothing new, and a hostile body could hold millions. */
const MAX_VIOLATIONS = 16;
/** Dimensions that are kept of a shape; right ones have two. */
const MAX_DIMENSIONS = 16;

/** `expected …, got …` at a field. */
export function wrong(reason: Violation['reason'], field: string, expected: string, got: string): Violation {
  return { reason, field, description: `expected ${expected}, got ${got}` };
}

/**
 * Reads an object: each of `fields` once, nothing beside them but what `ignored` names. `path` is '' for the body itself.
 *
 * @returns the fields that it has; undefined when the value is no object, which a violation then says.
 */
export function readObject<Field extends string>(
  cursor: Cursor,
  path: string,
  fields: readonly Field[],
  violations: Violation[],
  readField: (field: Field) => void,
  ignored: ReadonlySet<string> = new Set(),
): ReadonlySet<string> | undefined {
  const type = jsonTypeAt(cursor);
  if (type !== 'an object') {
    skipValue(cursor);
    violations.push(wrong('INVALID_TYPE', path === '' ? 'body' : path, 'an object', type));
    return undefined;
  }
  const found = new Set<string>();
  const prefix = path === '' ? '' : `${path}.`;
  readMembers(cursor, (name) => {
    const field = fields.find((known) => known === name);
    if (field !== undefined && !found.has(name)) {
      found.add(name);
      readField(field);
      return;
    }
    skipValue(cursor);
    if (ignored.has(name) || violations.length >= MAX_VIOLATIONS) return;
    const place = `${prefix}${showName(name).slice(1, -1)}`;
    violations.push(
      field === undefined
        ? wrong('UNKNOWN_FIELD', place, `only ${fields.join(', ')}`, `the unknown field ${showName(name)}`)
        : wrong('DUPLICATE_FIELD', place, 'once', 'more than once'),
    );
  });
  return found;
}

/** Reads a list of `minimum` to 1 tensors; further ones are counted alone. */
export function readList(
  cursor: Cursor,
  path: string,
  minimum: 0 | 1,
  violations: Violation[],
  readElement: (path: string) => void,
): void {
  const type = jsonTypeAt(cursor);
  if (type !== 'a list') {
    skipValue(cursor);
    violations.push(wrong('INVALID_TYPE', path, 'a list of tensors', type));
    return;
  }
  const count = readElements(cursor, (index) => {
    if (index === 0) readElement(`${path}[0]`);
    else skipValue(cursor);
  });
  if (count < minimum || count > 1) {
    const expected = minimum === 1 ? 'exactly 1 tensor' : 'at most 1 tensor';
    violations.push(wrong('INVALID_LENGTH', path, expected, String(count)));
  }
}

/** Reads a text; undefined when the value is none. */
export function readText(cursor: Cursor, path: string, violations: Violation[]): string | undefined {
  const type = jsonTypeAt(cursor);
  if (type === 'a string') return readString(cursor);
  skipValue(cursor);
  violations.push(wrong('INVALID_TYPE', path, 'a string', type));
  return undefined;
}

/** Reads a list of whole numbers; undefined when the value is none. */
export function readShape(cursor: Cursor, path: string, violations: Violation[]): number[] | undefined {
  const shape: number[] = [];
  const type = jsonTypeAt(cursor);
  let refused: string | undefined = type;
  if (type !== 'a list') skipValue(cursor);
  else {
    refused = undefined;
    readElements(cursor, () => {
      const elementType = jsonTypeAt(cursor);
      if (elementType !== 'a number') {
        skipValue(cursor);
        refused ??= `${elementType} in it`;
        return;
      }
      const value = readNumber(cursor);
      if (!Number.isSafeInteger(value)) refused ??= 'another number in it';
      else if (shape.length < MAX_DIMENSIONS) shape.push(value);
    });
  }
  if (refused === undefined) return shape;
  violations.push(wrong('INVALID_TYPE', path, 'a list of whole numbers', refused));
  return undefined;
}

interface ParameterTypes {
  readonly 'a boolean': boolean;
  readonly 'a whole number': number;
}

/** Reads the parameters of a tensor or of the call. Those that `known` does not name are refused unless they are to be ignored. */
export function readParameters<Known extends Readonly<Record<string, keyof ParameterTypes>>>(
  cursor: Cursor,
  path: string,
  known: Known,
  violations: Violation[],
  others: 'refuse the others' | 'ignore the others' = 'refuse the others',
): { [Name in keyof Known]: ParameterTypes[Known[Name]] | undefined } {
  const values: Record<string, number | boolean> = {};
  const type = jsonTypeAt(cursor);
  if (type !== 'an object') {
    skipValue(cursor);
    violations.push(wrong('INVALID_TYPE', path, 'an object', type));
  } else {
    readMembers(cursor, (name) => {
      const place = `${path}.${showName(name).slice(1, -1)}`;
      const wanted = Object.hasOwn(known, name) ? known[name] : undefined;
      const got = jsonTypeAt(cursor);
      const value = readScalar(cursor);
      if (wanted === undefined) {
        const expected = `only ${Object.keys(known).join(', ')}`;
        if (others === 'refuse the others' && violations.length < MAX_VIOLATIONS)
          violations.push(wrong('UNKNOWN_FIELD', place, expected, `the unknown parameter ${showName(name)}`));
      } else if (value !== undefined && (wanted === 'a boolean') === (typeof value === 'boolean') && isValid(value))
        values[name] = value;
      else violations.push(wrong('INVALID_TYPE', place, wanted, got === 'a number' ? 'another number' : got));
    });
  }
  // Each value was checked to be of the type that its name has in `known`.
  return values as { [Name in keyof Known]: ParameterTypes[Known[Name]] | undefined };
}

/** Reads a number or a boolean; whatever else stands there is stepped over. */
function readScalar(cursor: Cursor): number | boolean | undefined {
  const type = jsonTypeAt(cursor);
  if (type === 'a number') return readNumber(cursor);
  const isTrue = byteAt(cursor) === BYTE.lowerT;
  skipValue(cursor);
  return type === 'a boolean' ? isTrue : undefined;
}

/** A number must be a count; a boolean is always right. */
function isValid(value: number | boolean): boolean {
  return typeof value === 'boolean' || (Number.isSafeInteger(value) && value >= 0);
}
