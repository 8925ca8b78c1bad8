// Owns reading one member of `instances`: which variant it is, or the one problem that helps its sender most. Whatever is
// wrong in it fails this instance alone; only wrong JSON fails the request.

import type { InstanceReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import { InstanceError } from '../errors.ts';
import type { Cursor } from './cursor.ts';
import { bounded, showUnknownName } from './messages.ts';
import { type FoundFields, readFields, typeFields } from './read-fields.ts';
import type { RequestPlan, VariantPlan } from './request-plan.ts';
import { jsonTypeAt, skipValue } from './skip.ts';

/** An instance as its variant's values, or why it is refused. */
export type ParsedInstance<Instance> =
  | { readonly ok: true; readonly value: Instance }
  | { readonly ok: false; readonly error: InstanceError };

/** Any algorithm's instance: the variant's name and its values. */
export type AnyInstance = Readonly<Record<string, unknown>> & { readonly variant: string };

/** Reads the instance at the cursor. Throws RequestError for wrong JSON only. */
export function readInstance(cursor: Cursor, plan: RequestPlan): ParsedInstance<AnyInstance> {
  const type = jsonTypeAt(cursor);
  if (type !== 'an object') {
    skipValue(cursor);
    return refuse('INVALID_TYPE', `Expected an object with exactly one of ${plan.inputNames}; got ${type}`);
  }
  const found = readFields(cursor, plan.instanceFields, (name) => name);
  const [variant, another] = plan.variants.filter(({ inputs }) => inputs.some((name) => found.known.has(name)));
  if (variant === undefined) return refuse('NO_INPUT', noInput(found, plan));
  if (another !== undefined) return refuse('AMBIGUOUS_INPUT', ambiguousInput(found, plan));
  return readVariant(cursor, found, variant, plan);
}

/** Problems in the order of their weight: what a field's name says, then what its value says. */
function readVariant(
  cursor: Cursor,
  found: FoundFields,
  { shape, inputs }: VariantPlan,
  plan: RequestPlan,
): ParsedInstance<AnyInstance> {
  const [repeated] = found.repeated;
  if (repeated !== undefined) return refuse('DUPLICATE_FIELD', `${repeated}: expected once, got more than once`);
  const misplaced = [...plan.instanceFields.keys()].find(
    (name) => found.known.has(name) && !Object.hasOwn(shape.properties, name),
  );
  if (misplaced !== undefined)
    return refuse(
      'UNKNOWN_FIELD',
      `${misplaced} is only allowed beside ${companionsOf(misplaced, plan)}, got it beside ${inputs[0]}`,
    );
  const [unknown] = found.unknown;
  if (unknown !== undefined) {
    const name = showUnknownName(unknown, Object.keys(shape.properties));
    return refuse('UNKNOWN_FIELD', `Unknown field ${name}; expected only ${Object.keys(shape.properties).join(', ')}`);
  }
  const { entries, problems, missing } = typeFields(cursor, found, shape, (name) => name);
  if (missing[0] !== undefined)
    return refuse('MISSING_FIELD', `${missing[0]} is required beside ${inputs.find((name) => found.known.has(name))}`);
  const [problem] = problems;
  if (problem !== undefined) return refuse(problem.reason, `${problem.path}: ${problem.text}`);
  // fromEntries defines own properties, so that no field's name can reach a prototype.
  return { ok: true, value: { ...Object.fromEntries(entries), variant: shape.name } };
}

function noInput(found: FoundFields, plan: RequestPlan): string {
  const [unknown] = found.unknown;
  const got =
    unknown === undefined
      ? [...found.known.keys()].join(', ')
      : `the unknown field ${showUnknownName(unknown, plan.instanceFields.keys())}`;
  return `Expected exactly one of ${plan.inputNames}; got ${got || 'an empty object'}`;
}

function ambiguousInput(found: FoundFields, plan: RequestPlan): string {
  const given = plan.variants.flatMap(({ inputs }) => inputs).filter((name) => found.known.has(name));
  const help = given.some((name) => found.known.get(name)?.isNull)
    ? '. Leave out the fields that you do not use, also when they are null'
    : '';
  return `Expected exactly one of ${plan.inputNames}; got ${given.join(' and ')}${help}`;
}

function companionsOf(name: string, plan: RequestPlan): string {
  return plan.variants
    .filter(({ shape }) => Object.hasOwn(shape.properties, name))
    .map(({ inputs }) => inputs[0])
    .join(' or ');
}

function refuse(reason: InstanceReason, text: string): ParsedInstance<never> {
  return { ok: false, error: new InstanceError(reason, bounded(text)) };
}
