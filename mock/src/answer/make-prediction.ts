// Owns making a prediction that fits the contract's schema out of a stream of numbers. Knows the vocabulary of schemas and no
// algorithm.
import { at, isObject, type JsonObject } from '../json.ts';
import { type NumberStream, shortest } from './number-stream.ts';

/** The schema of a prediction that succeeded: the variant without an `error`. Throws when the document has none. */
export function successSchema(document: unknown): JsonObject {
  const items = at(document, 'components', 'schemas', 'PredictResponse', 'properties', 'predictions', 'items');
  const prediction = resolve(items, document);
  const variants = Array.isArray(prediction['oneOf']) ? prediction['oneOf'] : [prediction];
  const success = variants
    .map((variant) => resolve(variant, document))
    .find((variant) => !isObject(variant['properties']) || !('error' in variant['properties']));
  if (success === undefined) throw new Error('The contract has no prediction but failed ones. This is a bug.');
  return success;
}

/** A value of the schema, made from the next numbers of the stream in the order of the schema's properties. */
export function makeValue(schema: unknown, numbers: NumberStream, document: unknown): unknown {
  const resolved = resolve(schema, document);
  const { enum: choices, oneOf, items, minItems = 1, properties } = resolved;
  if (Array.isArray(choices)) return choices[numbers.word() % choices.length];
  if (Array.isArray(oneOf)) return makeValue(oneOf[0], numbers, document);
  switch (resolved['type']) {
    case 'array': {
      const length = Number(minItems);
      // A list of floats is a vector, and vectors are compared by their cosine: unit length is what clients expect.
      if (at(resolve(items, document), 'type') === 'number') return Array.from(numbers.unitVector(length), shortest);
      return Array.from({ length }, () => makeValue(items, numbers, document));
    }
    case 'object':
      return Object.fromEntries(
        Object.entries(isObject(properties) ? properties : {}).map(([name, property]) => [
          name,
          makeValue(property, numbers, document),
        ]),
      );
    case 'integer':
      return Math.floor(between(resolved, numbers.share(), 1));
    case 'number':
      return shortest(Math.fround(between(resolved, numbers.share(), 0)));
    case 'boolean':
      return numbers.word() % 2 === 1;
    default:
      return `mock-${numbers.word().toString(16).padStart(8, '0')}`;
  }
}

/** `extra` 1 makes the maximum itself possible once the fraction is cut. */
function between({ minimum = 0, maximum = 1 }: JsonObject, share: number, extra: number): number {
  return Number(minimum) + share * (Number(maximum) - Number(minimum) + extra);
}

function resolve(schema: unknown, document: unknown): JsonObject {
  const reference = at(schema, '$ref');
  const target = typeof reference === 'string' ? at(document, ...reference.split('/').slice(1)) : schema;
  if (!isObject(target)) throw new Error('A schema of the contract leads nowhere. This is a bug.');
  return target;
}
