// Owns how Prism's findings about the body around the instances, and about parameters of the address, become the reasons that
// the contract's servers give for them. Must not look at an instance.
import type { RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import { CallFailure, type FieldViolation, shown } from '../failure.ts';
import { isObject } from '../json.ts';
import { typeName } from '../judge/judge-value.ts';
import type { JsonBody } from '../judge/read-json.ts';
import type { Operation, Violation } from './prism.ts';

interface Finding extends FieldViolation {
  readonly reason: RequestReason;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The reasons by weight: what stands first is what a caller has to repair first. */
const BY_WEIGHT: readonly RequestReason[] = [
  'INVALID_TYPE',
  'MISSING_FIELD',
  'EMPTY_INSTANCES',
  'TOO_MANY_INSTANCES',
  'DUPLICATE_FIELD',
  'UNKNOWN_FIELD',
];

/** Schema keywords and the reasons that they are broken for. Any other is a value that breaks a rule. */
const REASON_OF_KEYWORD: Readonly<Record<string, RequestReason>> = {
  type: 'INVALID_TYPE',
  required: 'MISSING_FIELD',
  additionalProperties: 'UNKNOWN_FIELD',
  minItems: 'INVALID_LENGTH',
  maxItems: 'INVALID_LENGTH',
  minLength: 'INVALID_LENGTH',
  maxLength: 'INVALID_LENGTH',
};

/** Throws CallFailure for a parameter of the query that breaks the contract. */
export function requireQuery(
  query: Readonly<Record<string, string>>,
  violations: readonly Violation[],
  operation: Operation,
): void {
  const parameters = operation.request?.query ?? [];
  // Prism takes an empty text for the number 0 or for nothing.
  const empty = parameters.find(({ name, schema }) => schema?.type === 'integer' && query[name] === '');
  const [first] = violations.filter(({ path }) => path[0] === 'query');
  if (first === undefined && empty === undefined) return;
  // Prism compares names of the query without regard to case, and reports them in lower case.
  const found = parameters.find(({ name }) => name.toLowerCase() === first?.path[1]?.toLowerCase());
  const field = (empty ?? found)?.name ?? '';
  const description =
    first?.message.replace(/^Request query parameter \S+ /, '') ?? 'Expected a whole number, got none';
  throw new CallFailure('INVALID_VALUE', `${field}: ${description}.`, { fieldViolations: [{ field, description }] });
}

/** Throws CallFailure for all that is wrong around the instances, the weightiest first. */
export function requireEnvelope(
  { value, repeated }: JsonBody,
  violations: readonly Violation[],
  maxInstances: number,
): void {
  if (!isObject(value)) {
    throw new CallFailure('INVALID_TYPE', `Expected an object such as {"instances": [{…}]}, got ${typeName(value)}.`);
  }
  const findings = [
    // Of a field that stands twice JSON.parse kept one value, which may not be the one that was meant.
    ...violations.filter(({ path }) => path[0] === 'body' && !repeated.has(path[1] ?? '')).map(findingOf),
    ...[...repeated].filter(isEnvelopeField).map(
      (path): Finding => ({
        reason: 'DUPLICATE_FIELD',
        field: path.replaceAll('/', '.'),
        description: 'expected once, got more than once',
      }),
    ),
    ...tooMany(value['instances'], maxInstances),
  ].toSorted((a, b) => weightOf(a) - weightOf(b));
  const [first, ...others] = findings;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more, see fieldViolations)`;
  throw new CallFailure(first.reason, `${first.field}: ${first.description}${more}`, {
    fieldViolations: findings.slice(0, 16).map(({ field, description }) => ({ field, description })),
    ...(first.metadata && { metadata: first.metadata }),
  });
}

function findingOf({ path, code, message }: Violation): Finding {
  const place = path.slice(1);
  const description = message.replace(/^Request body (property \S+ )?/, '').slice(0, 300);
  if (code === 'minItems' && place.join() === 'instances') {
    return {
      reason: 'EMPTY_INSTANCES',
      field: 'instances',
      description: 'expected at least 1 instance, got an empty list',
    };
  }
  // Prism keeps the name alone inside its message.
  const [, name] = /(?:property|found) '([\s\S]*)'$/.exec(message) ?? [];
  const field = [...place, ...(name === undefined ? [] : [shown(name).slice(1, -1)])].join('.');
  return { reason: REASON_OF_KEYWORD[code] ?? 'INVALID_VALUE', field, description };
}

/** A name of the body's object itself or inside the parameters; those inside instances are the instances' own matter. */
function isEnvelopeField(path: string): boolean {
  return !path.startsWith('instances/');
}

function tooMany(instances: unknown, maxInstances: number): Finding[] {
  if (!Array.isArray(instances) || instances.length <= maxInstances) return [];
  return [
    {
      reason: 'TOO_MANY_INSTANCES',
      field: 'instances',
      description: `expected at most ${maxInstances} in one call, got ${instances.length}; split them over several calls`,
      metadata: { maxInstances: String(maxInstances) },
    },
  ];
}

function weightOf({ reason }: Finding): number {
  const weight = BY_WEIGHT.indexOf(reason);
  return weight < 0 ? BY_WEIGHT.length : weight;
}
