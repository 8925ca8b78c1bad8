// Owns what of an expectation holds for every server that keeps the contract: all but the words. Must not know a server.
import type { Expectation } from './case-file.ts';

/** The expectation without the words of messages. */
export function verdict({ message: _, fieldViolations: __, predictions, ...rest }: Expectation): Expectation {
  if (predictions === undefined) return rest;
  return {
    ...rest,
    predictions: predictions.map((expected) => (expected === 'prediction' ? expected : { reason: expected.reason })),
  };
}
