// Owns reading `parameters`: one object beside the instances, for all of them. Its problems are the request's, each under
// its path. Must not know the instances.
import type { RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import type { Cursor } from './cursor.ts';
import { showName, showUnknownName } from './messages.ts';
import { readFields, typeFields } from './read-fields.ts';
import { planOf, type RequestPlan } from './request-plan.ts';
import { jsonTypeAt, skipValue } from './skip.ts';
import type { ValueReason } from './value-problem.ts';
import { throwViolations, type Violation } from './violations.ts';

/** Two reasons are only for instances: in the parameters they are values that break a rule. */
const REQUEST_REASON = {
  INVALID_TYPE: 'INVALID_TYPE',
  INVALID_LENGTH: 'INVALID_LENGTH',
  INVALID_VALUE: 'INVALID_VALUE',
  INVALID_BASE64: 'INVALID_VALUE',
  NOT_FINITE: 'INVALID_VALUE',
} as const satisfies Record<ValueReason, RequestReason>;

/** Reads the parameters at the cursor, null being the same as absent, and adds what is wrong to `violations`. */
export function readParameters(cursor: Cursor, plan: RequestPlan, violations: Violation[]): Record<string, unknown> {
  const type = jsonTypeAt(cursor);
  if (type !== 'an object') {
    skipValue(cursor);
    if (type === 'null') return withoutParameters(plan, violations);
    violations.push({
      reason: 'INVALID_TYPE',
      field: 'parameters',
      description: `expected an object or null, got ${type}`,
    });
    return {};
  }
  const names = Object.keys(plan.parameters.properties);
  const found = readFields(cursor, plan.parameterFields, pathOf);
  for (const name of found.repeated) {
    violations.push({
      reason: 'DUPLICATE_FIELD',
      field: pathOf(name),
      description: 'expected once, got more than once',
    });
  }
  for (const name of found.unknown) {
    const expected = names.length === 0 ? 'no parameters' : `only ${names.join(', ')}`;
    violations.push({
      reason: 'UNKNOWN_FIELD',
      field: pathOf(showName(name).slice(1, -1)),
      description: `expected ${expected}, got the unknown field ${showUnknownName(name, names)}`,
    });
  }
  const { entries, problems, missing } = typeFields(cursor, found, plan.parameters, pathOf);
  for (const { reason, path, text } of problems)
    violations.push({ reason: REQUEST_REASON[reason], field: path, description: text });
  for (const name of missing) violations.push(missingField(name));
  return Object.fromEntries(entries);
}

/** The parameters of a request that has no place for any. Throws RequestError when the algorithm cannot do without. */
export function noParameters(shape: RequestShape): Record<string, never> {
  const violations: Violation[] = [];
  withoutParameters(planOf(shape), violations);
  throwViolations(violations);
  return {};
}

/** The parameters of a request that has none. */
export function withoutParameters(plan: RequestPlan, violations: Violation[]): Record<string, unknown> {
  for (const name of plan.parameters.required) violations.push(missingField(name));
  return {};
}

function missingField(name: string): Violation {
  return { reason: 'MISSING_FIELD', field: pathOf(name), description: 'expected a value, got none' };
}

function pathOf(name: string): string {
  return `parameters.${name}`;
}
