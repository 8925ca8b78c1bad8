// Owns checking a hand-written data file of the spec (facts, catalogue, examples) against a JSON Schema, with a position for each
// problem.
import { Ajv, type AnySchema } from 'ajv';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { ProblemList } from './problems.ts';
import { type Position, positionOf } from './source/position.ts';

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });

/** @throws ContractProblems with every rule of `schema` that `source` breaks */
export function checkAgainst(schema: AnySchema, source: JsonObject, rule: string): void {
  const validate = ajv.compile(schema);
  if (validate(source)) {
    return;
  }
  const problems = new ProblemList();
  for (const error of validate.errors ?? []) {
    const place = error.instancePath === '' ? 'this file' : error.instancePath.slice(1).replaceAll('/', '.');
    const extra = error.params['additionalProperty'] ?? error.params['propertyName'];
    const allowed = Array.isArray(error.params['allowedValues']) ? `: ${error.params['allowedValues'].join(', ')}` : '';
    const name = typeof extra === 'string' ? ` (${extra})` : '';
    problems.add(
      rule,
      `${place} ${error.message ?? 'is wrong'}${name}${allowed}`,
      placeOf(source, error.instancePath, extra),
    );
  }
  problems.throwIfAny();
}

/** The position of the value at a JSON pointer, or of the nearest value around it that has one. */
function placeOf(root: JsonObject, pointer: string, extra: unknown): Position | undefined {
  let value: JsonValue | undefined = root;
  let position = positionOf(root);
  for (const segment of pointer.split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(value) && !Array.isArray(value)) {
      break;
    }
    position = positionOf(value, key) ?? position;
    value = isObject(value) ? value[key] : value[Number(key)];
  }
  return typeof extra === 'string' && isObject(value) ? (positionOf(value, extra) ?? position) : position;
}
