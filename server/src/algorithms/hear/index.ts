// Owns HeAR (Health Acoustic Representations): 2 s of 16 kHz mono sound in, an embedding of 512 numbers out.
// Knows the contract's HeAR types and the audio functions; must not know HTTP, queues or ONNX.
import { decodeClip, decodeWork, type WantedClip } from '@predict-schemata/audio';
import { algorithmFacts } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { components } from '@predict-schemata/generated/ts/hear.gen.ts';
import {
  type HearParsedInstance,
  type HearParsedParameters,
  hearRequestShape,
} from '@predict-schemata/generated/ts/hear.shape.gen.ts';
import type { Algorithm } from '../algorithm.ts';

/** The clip that google/hear-pytorch takes: 2 s at 16 kHz, mono. */
const CLIP: WantedClip = algorithmFacts.hear;

/** Length of the embedding: the pooler of google/hear-pytorch projects the class token to 512 numbers. */
const EMBEDDING_LENGTH = 512;

export const hear: Algorithm<HearParsedInstance, HearParsedParameters, components['schemas']['HearEmbedding']> = {
  name: 'hear',
  requestShape: hearRequestShape,
  model: { inputName: 'x', inputLength: CLIP.sampleCount, outputName: 'embedding', outputLength: EMBEDDING_LENGTH },

  decode(instance) {
    switch (instance.variant) {
      case 'HearInputArray':
        return instance.input_array;
      case 'HearInputBytes':
        return decodeClip(instance.input_bytes, CLIP);
      case 'HearGcsUri':
        return {
          remote: { gcsUri: instance.gcs_uri, ...(instance.bearer_token && { bearerToken: instance.bearer_token }) },
        };
    }
  },

  decodeFile: (bytes) => decodeClip(bytes, CLIP),

  decodeWork: (instance) => (instance.variant === 'HearInputBytes' ? decodeWork(instance.input_bytes, CLIP) : 0),

  decodeFileWork: (bytes) => decodeWork(bytes, CLIP),

  encode: (row) => ({ embedding: row }),
};
