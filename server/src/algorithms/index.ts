// Owns the list of algorithms: the only shared file that names them, and the only one to change when one is added.
// The type demands an entry for every folder of spec/algorithms, so forgetting one is a compile error.
import type { AlgorithmName } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { AnyAlgorithm } from './algorithm.ts';
import { hear } from './hear/index.ts';
import { hearEvents } from './hear-events/index.ts';

export const algorithms: { readonly [K in AlgorithmName]: AnyAlgorithm } = {
  hear,
  'hear-events': hearEvents,
};
