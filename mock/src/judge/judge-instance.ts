// Owns the verdict on one member of `instances`: which variant of the contract it is, or why a server would refuse it. Must not
// know an algorithm's name nor what the values are used for.
import type { ObjectShape, RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { type InstanceFailure, instanceFailure, shown } from '../failure.ts';
import { type FieldValue, judgeValue, typeName } from './judge-value.ts';

export interface AcceptedInstance {
  readonly variant: ObjectShape;
  readonly values: ReadonlyMap<string, FieldValue>;
}

export type InstanceVerdict = AcceptedInstance | { readonly failure: InstanceFailure };

/** `isRepeated` tells whether a field's name stands twice in the instance. */
export function judgeInstance(
  instance: unknown,
  shape: RequestShape,
  isRepeated: (name: string) => boolean,
): InstanceVerdict {
  const inputs = shape.variants.map((variant) => inputsOf(variant, shape));
  const expected = `Expected exactly one of ${inputs.flat().join(', ')}`;
  const refuse = (...failure: Parameters<typeof instanceFailure>) => ({ failure: instanceFailure(...failure) });
  if (typeof instance !== 'object' || instance === null || Array.isArray(instance)) {
    return refuse('INVALID_TYPE', `${expected} in an object; got ${typeName(instance)}`);
  }
  const fields = new Map<string, unknown>(Object.entries(instance));
  const given = shape.variants.filter((_, index) => inputs[index]?.some((name) => fields.has(name)));
  const [variant, another] = given;
  if (variant === undefined) return refuse('NO_INPUT', `${expected}; got none of them`);
  if (another !== undefined) {
    return refuse(
      'AMBIGUOUS_INPUT',
      `${expected}; got ${inputs
        .flat()
        .filter((name) => fields.has(name))
        .join(' and ')}`,
    );
  }
  const repeated = [...fields.keys()].find((name) => isKnown(name, shape) && isRepeated(name));
  if (repeated !== undefined) return refuse('DUPLICATE_FIELD', `${repeated}: expected once, got more than once`);
  const unknown = [...fields.keys()].find((name) => !Object.hasOwn(variant.properties, name));
  if (unknown !== undefined) {
    return refuse(
      'UNKNOWN_FIELD',
      `Expected only ${Object.keys(variant.properties).join(', ')}; got ${shown(unknown)} too`,
    );
  }
  const missing = variant.required.find((name) => !fields.has(name));
  if (missing !== undefined)
    return refuse('MISSING_FIELD', `${missing} is required beside ${[...fields.keys()].join(', ')}`);
  const values = new Map<string, FieldValue>();
  for (const [name, fieldShape] of Object.entries(variant.properties)) {
    if (!fields.has(name)) continue;
    const verdict = judgeValue(fields.get(name), fieldShape, name);
    if ('failure' in verdict) return verdict;
    values.set(name, verdict.value);
  }
  return { variant, values };
}

/** The required fields that no other variant has: what tells the variants apart. */
function inputsOf(variant: ObjectShape, { variants }: RequestShape): string[] {
  return variant.required.filter((name) =>
    variants.every((other) => other === variant || !Object.hasOwn(other.properties, name)),
  );
}

function isKnown(name: string, { variants }: RequestShape): boolean {
  return variants.some(({ properties }) => Object.hasOwn(properties, name));
}
