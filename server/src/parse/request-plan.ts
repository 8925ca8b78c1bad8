// Owns what is worked out once from an algorithm's request shape: which fields its variants know, and which field makes an
// instance one variant and no other. Must not see a request.
import { isDeepStrictEqual } from 'node:util';
import type { ObjectShape, RequestShape, ValueShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';

/** The fields that may stand in an object. `undefined`: the variants give the field different shapes, so it is read later. */
export type KnownFields = ReadonlyMap<string, ValueShape | undefined>;

export interface VariantPlan {
  readonly shape: ObjectShape;
  /** Required fields that no other variant knows: any of them makes the instance this variant. */
  readonly inputs: readonly string[];
}

export interface RequestPlan {
  readonly variants: readonly VariantPlan[];
  /** The fields of all variants. */
  readonly instanceFields: KnownFields;
  /** The first input of each variant, for messages. */
  readonly inputNames: string;
  readonly parameters: ObjectShape;
  readonly parameterFields: KnownFields;
}

const plans = new WeakMap<RequestShape, RequestPlan>();

/** The plan of a shape, made on first use. Throws when a variant has no required field of its own. */
export function planOf(shape: RequestShape): RequestPlan {
  const plan = plans.get(shape) ?? makePlan(shape);
  plans.set(shape, plan);
  return plan;
}

function makePlan(shape: RequestShape): RequestPlan {
  const variants = shape.variants.map((variant) => ({ shape: variant, inputs: inputsOf(variant, shape.variants) }));
  return {
    variants,
    instanceFields: fieldsOf(shape.variants),
    inputNames: variants.map((variant) => variant.inputs[0]).join(', '),
    parameters: shape.parameters,
    parameterFields: fieldsOf([shape.parameters]),
  };
}

function inputsOf(variant: ObjectShape, all: readonly ObjectShape[]): readonly string[] {
  const inputs = variant.required.filter(
    (name) => !all.some((other) => other !== variant && Object.hasOwn(other.properties, name)),
  );
  if (inputs.length === 0)
    throw new Error(`${variant.name} has no required property of its own, so no instance can be told to be it.`);
  return inputs;
}

function fieldsOf(objects: readonly ObjectShape[]): KnownFields {
  const fields = new Map<string, ValueShape | undefined>();
  for (const [name, shape] of objects.flatMap((object) => Object.entries(object.properties))) {
    fields.set(name, !fields.has(name) || isDeepStrictEqual(fields.get(name), shape) ? shape : undefined);
  }
  return fields;
}
