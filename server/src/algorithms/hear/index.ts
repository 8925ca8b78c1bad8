// Owns HeAR (Health Acoustic Representations): 2 s of 16 kHz mono sound in, an embedding of 512 numbers out.
// Knows the contract's HeAR types; must not know HTTP, queues or ONNX.
import { algorithmFacts } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { components } from '@predict-schemata/generated/ts/hear.gen.ts';
import {
  type HearParsedInstance,
  type HearParsedParameters,
  hearRequestShape,
} from '@predict-schemata/generated/ts/hear.shape.gen.ts';
import type { Algorithm } from '../algorithm.ts';
import { clipInputs } from '../clip-inputs.ts';

/** Length of the embedding: the pooler of google/hear-pytorch projects the class token to 512 numbers. */
const EMBEDDING_LENGTH = 512;

export const hear: Algorithm<HearParsedInstance, HearParsedParameters, components['schemas']['HearEmbedding']> = {
  name: 'hear',
  requestShape: hearRequestShape,
  model: {
    inputName: 'x',
    inputLength: algorithmFacts.hear.sampleCount,
    outputName: 'embedding',
    outputLength: EMBEDDING_LENGTH,
  },
  ...clipInputs(algorithmFacts.hear),
  encode: (row) => ({ embedding: row }),
};
