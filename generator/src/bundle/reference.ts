// Owns what a `$ref` between two files of the spec may look like and which kind of component its target becomes, which
// the target's folder decides.
import { posix } from 'node:path';
import type { JsonObject } from '../json.ts';
import { ContractProblems } from '../problems.ts';
import { positionOf } from '../source/position.ts';

export const ERROR_CATALOGUE_FILE = 'common/error-reasons.yaml';

export type Kind = 'schemas' | 'parameters' | 'responses' | 'headers' | 'paths';

const KIND_OF_FOLDER: ReadonlyMap<string, Kind> = new Map([
  ['paths', 'paths'],
  ['common/parameters', 'parameters'],
  ['common/responses', 'responses'],
  ['common/headers', 'headers'],
]);

/** Every file that is not in a folder of another kind is a schema. */
export function kindOf(file: string): Kind {
  return KIND_OF_FOLDER.get(posix.dirname(file)) ?? 'schemas';
}

/**
 * The file that a reference names, relative to the spec folder.
 *
 * @param from the file that holds the reference
 * @throws ContractProblems unless it is a relative path to a whole YAML file inside the spec folder
 */
export function resolveReference(reference: JsonObject, from: string): string {
  const target = String(reference['$ref']);
  const refuse = (message: string): ContractProblems => {
    const position = positionOf(reference, '$ref');
    const rule = 'file-reference';
    return new ContractProblems([position === undefined ? { rule, message } : { rule, message, position }]);
  };
  const siblings = Object.keys(reference).filter((key) => key !== '$ref');
  if (siblings.length > 0) {
    throw refuse(`OpenAPI 3.0 ignores what stands beside a $ref; move ${siblings.join(', ')} into the referenced file`);
  }
  if (target.includes('#')) {
    throw refuse(`"${target}" points inside a file; give that object a file of its own and refer to it whole`);
  }
  if (/^[a-z]+:/i.test(target) || target.startsWith('/')) {
    throw refuse(`"${target}" leaves the spec folder; use a relative path to a file inside it`);
  }
  const file = posix.normalize(posix.join(posix.dirname(from), target));
  if (file.startsWith('..')) {
    throw refuse(`"${target}" leaves the spec folder; use a relative path to a file inside it`);
  }
  if (!file.endsWith('.yaml')) {
    throw refuse(`"${target}" is not a .yaml file`);
  }
  return file;
}
