// Owns how an operator's attributes are written in this project and their form in the file. Must not know any operator.
import { ATTRIBUTE_TYPE, type Attribute } from './messages.ts';

/** One attribute's value. The kind is stated, since ONNX tells the integer 1 from the float 1 and JavaScript does not. */
export type AttributeValue =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] };

/** Attributes by the name that the operator's documentation gives them. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Turns attributes into messages, in the order in which they are written. */
export function toAttributeMessages(attributes: Attributes): Attribute[] {
  return Object.entries(attributes).map(([name, value]) => ({ name, ...toValueFields(value) }));
}

function toValueFields(value: AttributeValue): Omit<Attribute, 'name'> {
  if ('int' in value) return { type: ATTRIBUTE_TYPE.int, i: value.int };
  if ('float' in value) return { type: ATTRIBUTE_TYPE.float, f: value.float };
  if ('text' in value) return { type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value.text) };
  if ('ints' in value) return { type: ATTRIBUTE_TYPE.ints, ints: value.ints };
  return { type: ATTRIBUTE_TYPE.floats, floats: value.floats };
}
