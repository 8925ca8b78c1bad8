// Owns one small request shape with every kind of field, for the tests of this folder. Must not be imported by the server.
import type { RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';

/** Three variants as those of a real algorithm; `gain` is shared, and `level` means another thing in two of them. */
export const smallShape = {
  variants: [
    {
      name: 'Clip',
      properties: {
        clip: { kind: 'bytes', minLength: 4, maxLength: 16 },
        gain: { kind: 'number', minimum: 0, maximum: 10 },
        level: { kind: 'integer', minimum: 1, maximum: 3 },
      },
      required: ['clip'],
    },
    {
      name: 'Samples',
      properties: {
        samples: { kind: 'float-array', minItems: 3, maxItems: 3 },
        gain: { kind: 'number', minimum: 0, maximum: 10 },
        level: { kind: 'integer', minimum: 1, maximum: 9 },
      },
      required: ['samples'],
    },
    {
      name: 'Link',
      properties: {
        uri: { kind: 'string', maxLength: 12, pattern: '^gs://.{1,6}$' },
        token: { kind: 'string', minLength: 1, maxLength: 3 },
        mode: { kind: 'string', enum: ['fast', 'exact'] },
        loud: { kind: 'boolean' },
      },
      required: ['uri', 'mode'],
    },
  ],
  parameters: {
    name: 'SmallParameters',
    properties: {
      top_k: { kind: 'integer', minimum: 1, maximum: 10 },
      weights: { kind: 'float-array', minItems: 0, maxItems: 2 },
      key: { kind: 'bytes' },
    },
    required: [],
  },
} as const satisfies RequestShape;

export type SmallInstance =
  | { readonly variant: 'Clip'; readonly clip: Uint8Array; readonly gain?: number; readonly level?: number }
  | { readonly variant: 'Samples'; readonly samples: Float32Array; readonly gain?: number; readonly level?: number }
  | {
      readonly variant: 'Link';
      readonly uri: string;
      readonly token?: string;
      readonly mode: 'fast' | 'exact';
      readonly loud?: boolean;
    };

export interface SmallParameters {
  readonly top_k?: number;
  readonly weights?: Float32Array;
  readonly key?: Uint8Array;
}

/** A stream of numbers in 0 … 1 that is the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
