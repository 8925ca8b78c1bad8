// Owns reading the members of one object whose fields are known: each value goes straight to its typed form, and what is
// unknown or stands twice is noted. Which fields must be there is for the callers to say.
import type { ObjectShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { readMembers } from './containers.ts';
import type { Cursor } from './cursor.ts';
import { readValue } from './read-value.ts';
import type { KnownFields } from './request-plan.ts';
import { jsonTypeAt, skipValue } from './skip.ts';
import type { ReadResult, ValueProblem } from './value-problem.ts';

interface FoundField {
  /** Index of the value's first byte. */
  readonly offset: number;
  readonly isNull: boolean;
  /** Absent while the field's shape depends on the variant. */
  readonly result?: ReadResult;
}

export interface FoundFields {
  readonly known: ReadonlyMap<string, FoundField>;
  /** Known fields that stand more than once; only their first value was read. */
  readonly repeated: ReadonlySet<string>;
  /** The first names that are not known, at most `MAX_UNKNOWN_NAMES`. */
  readonly unknown: readonly string[];
}

/** More than this tells a caller nothing new, and a hostile body could hold millions. */
const MAX_UNKNOWN_NAMES = 16;

/** Reads the object at the cursor. `pathOf` names a field in problems. */
export function readFields(cursor: Cursor, fields: KnownFields, pathOf: (name: string) => string): FoundFields {
  const known = new Map<string, FoundField>();
  const repeated = new Set<string>();
  const unknown: string[] = [];
  readMembers(cursor, (name) => {
    if (!fields.has(name)) {
      if (unknown.length < MAX_UNKNOWN_NAMES) unknown.push(name);
      skipValue(cursor);
    } else if (known.has(name)) {
      repeated.add(name);
      skipValue(cursor);
    } else {
      const offset = cursor.at;
      const isNull = jsonTypeAt(cursor) === 'null';
      const shape = fields.get(name);
      if (shape === undefined) skipValue(cursor);
      known.set(name, { offset, isNull, ...(shape && { result: readValue(cursor, shape, pathOf(name)) }) });
    }
  });
  return { known, repeated, unknown };
}

export interface TypedFields {
  /** The values by name, in the order of the shape. */
  readonly entries: readonly (readonly [string, unknown])[];
  /** What is wrong with them, in the order of the shape. */
  readonly problems: readonly ValueProblem[];
  /** Required fields that are not there. */
  readonly missing: readonly string[];
}

/** The fields of `object` among those found, in an order that does not depend on the body's. */
export function typeFields(
  cursor: Cursor,
  found: FoundFields,
  object: ObjectShape,
  pathOf: (name: string) => string,
): TypedFields {
  const entries: [string, unknown][] = [];
  const problems: ValueProblem[] = [];
  for (const [name, shape] of Object.entries(object.properties)) {
    const field = found.known.get(name);
    if (field === undefined) continue;
    const result = field.result ?? readValue({ ...cursor, at: field.offset }, shape, pathOf(name));
    if (result.ok) entries.push([name, result.value]);
    else problems.push(result.problem);
  }
  return { entries, problems, missing: object.required.filter((name) => !found.known.has(name)) };
}
