// Owns how problems are put into words: bounded length, names made safe to show, numbers with their units. Must not see
// the value of any field.
import { MAX_DESCRIPTION_LENGTH } from '../errors.ts';

/** Longest form in which a field name that the contract does not know is shown. */
const MAX_SHOWN_NAME_LENGTH = 40;

/** Cuts a text to the length that the contract allows for a description. */
export function bounded(text: string): string {
  if (text.length <= MAX_DESCRIPTION_LENGTH) return text;
  return `${text.slice(0, MAX_DESCRIPTION_LENGTH - 1).toWellFormed()}…`;
}

/** A name that a client chose, in quotes: control and other invisible characters escaped, cut to 40 characters. */
export function showName(name: string): string {
  let shown = '';
  for (const character of name) {
    const visible = /["\\\p{C}\p{Z}]/u.test(character) && character !== ' ' ? escapeCharacter(character) : character;
    if (shown.length + visible.length > MAX_SHOWN_NAME_LENGTH) return `"${shown}…"`;
    shown += visible;
  }
  return `"${shown}"`;
}

function escapeCharacter(character: string): string {
  return character === '"' || character === '\\' ? `\\${character}` : `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** `"inputBytes" (did you mean input_bytes?)` when a known name differs only in case, hyphens and underscores. */
export function showUnknownName(name: string, known: Iterable<string>): string {
  const wanted = simplified(name);
  for (const candidate of known) {
    if (simplified(candidate) === wanted) return `${showName(name)} (did you mean ${candidate}?)`;
  }
  return showName(name);
}

function simplified(name: string): string {
  return name
    .slice(0, 2 * MAX_SHOWN_NAME_LENGTH)
    .replace(/[_-]/g, '')
    .toLowerCase();
}

/** `1 number`, `3 numbers`. */
export function counted(count: number, unit: string): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

/** `exactly 3 numbers`, `1 to 5 numbers`, `at least 4 characters`, `at most 9 characters`. */
export function countRange(minimum: number, maximum: number, unit: string): string {
  if (minimum === maximum) return `exactly ${counted(minimum, unit)}`;
  if (maximum === Number.POSITIVE_INFINITY) return `at least ${counted(minimum, unit)}`;
  return minimum === 0 ? `at most ${counted(maximum, unit)}` : `${minimum} to ${counted(maximum, unit)}`;
}
