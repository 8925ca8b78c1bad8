// Owns the rules about one schema's own keywords: type, format, null, enum and limits. In a request, what was allowed must stay
// allowed; in a response, what could not come must not come.
import type { JsonObject, JsonValue } from '../json.ts';
import { listAt } from '../json.ts';
import type { ChangeList } from './change.ts';

/** Where a pair of schemata stands and which way its values travel. */
export interface SchemaPair {
  readonly base: JsonObject;
  readonly next: JsonObject;
  readonly place: string;
  readonly direction: 'request' | 'response';
}

const UPPER_LIMITS = ['maximum', 'maxLength', 'maxItems', 'maxProperties'];
/** With what stands for an absent one: a length is never below 0. */
const LOWER_LIMITS = { minimum: -Infinity, minLength: 0, minItems: 0, minProperties: 0 };
/** Keywords of which it cannot be told whether a new value allows more or less. */
const OPAQUE_LIMITS = ['pattern', 'multipleOf'];
const SWITCHES = ['uniqueItems', 'exclusiveMinimum', 'exclusiveMaximum'];

export function compareKeywords(pair: SchemaPair, changes: ChangeList): void {
  const { base, next, place } = pair;
  for (const key of ['type', 'format']) {
    if (base[key] !== next[key]) {
      changes.break(`${key}-changed`, place, 'both', `${shown(base[key])} became ${shown(next[key])}`);
    }
  }
  report(pair, changes, 'nullable', base['nullable'] === true, next['nullable'] === true);
  compareEnums(pair, changes);
  for (const key of UPPER_LIMITS) {
    compareLimit(pair, changes, key, numberOr(base[key], Infinity), numberOr(next[key], Infinity));
  }
  for (const [key, absent] of Object.entries(LOWER_LIMITS)) {
    compareLimit(pair, changes, key, -numberOr(base[key], absent), -numberOr(next[key], absent));
  }
  for (const key of SWITCHES) {
    report(pair, changes, key, base[key] !== true, next[key] !== true);
  }
  for (const key of OPAQUE_LIMITS) {
    compareOpaque(pair, changes, key);
  }
}

/** @param baseReach @param nextReach the larger, the more values are allowed */
function compareLimit(pair: SchemaPair, changes: ChangeList, key: string, baseReach: number, nextReach: number): void {
  const { base, next, place, direction } = pair;
  if (nextReach < baseReach && direction === 'request') {
    changes.break('limit-narrowed', place, direction, `${key} ${shown(base[key])} became ${shown(next[key])}`);
  }
  if (nextReach > baseReach && direction === 'response') {
    changes.break('limit-widened', place, direction, `${key} ${shown(base[key])} became ${shown(next[key])}`);
  }
}

/** A keyword with two states, of which one allows more. */
function report(pair: SchemaPair, changes: ChangeList, key: string, baseAllows: boolean, nextAllows: boolean): void {
  compareLimit(pair, changes, key, baseAllows ? 1 : 0, nextAllows ? 1 : 0);
}

function compareOpaque({ base, next, place, direction }: SchemaPair, changes: ChangeList, key: string): void {
  const [before, after] = [base[key], next[key]];
  if (before === after) {
    return;
  }
  const message = `${key} ${shown(before)} became ${shown(after)}`;
  if (direction === 'request' && after !== undefined) {
    changes.break('limit-narrowed', place, direction, message);
  }
  if (direction === 'response' && before !== undefined) {
    changes.break('limit-widened', place, direction, message);
  }
}

function compareEnums({ base, next, place, direction }: SchemaPair, changes: ChangeList): void {
  const [before, after] = [listAt(base, 'enum'), listAt(next, 'enum')];
  const [hadEnum, hasEnum] = [base['enum'] !== undefined, next['enum'] !== undefined];
  if (hadEnum !== hasEnum) {
    const isBreaking = direction === 'request' ? hasEnum : hadEnum;
    const message = hasEnum ? 'any value became a list of values' : 'a list of values became any value';
    changes[isBreaking ? 'break' : 'note']('enum-changed', place, direction, message);
    return;
  }
  const removed = before.filter((value) => !after.includes(value));
  const added = after.filter((value) => !before.includes(value));
  if (removed.length > 0) {
    const why = direction === 'request' ? 'is refused now' : 'is gone from generated clients';
    changes.break('enum-value-removed', place, direction, `${removed.map(shown).join(', ')} ${why}`);
  }
  if (added.length > 0) {
    changes.note('enum-value-added', place, direction, `${added.map(shown).join(', ')} is new`);
  }
}

function numberOr(value: JsonValue | undefined, absent: number): number {
  return typeof value === 'number' ? value : absent;
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
