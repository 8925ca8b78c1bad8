// Owns the event detector of the HeAR release: 2 s of 16 kHz mono sound in, the scores of eight kinds of health sounds out.
// Knows the contract's types of it; must not know HTTP, queues or ONNX.
import { shortestDoubles } from '@predict-schemata/floats';
import { algorithmFacts } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { components } from '@predict-schemata/generated/ts/hear-events.gen.ts';
import {
  type HearEventsParsedInstance,
  type HearEventsParsedParameters,
  hearEventsRequestShape,
} from '@predict-schemata/generated/ts/hear-events.shape.gen.ts';
import type { Algorithm } from '../algorithm.ts';
import { clipInputs } from '../clip-inputs.ts';

type Schemas = components['schemas'];

const facts = algorithmFacts['hear-events'];

export const hearEvents: Algorithm<
  HearEventsParsedInstance,
  HearEventsParsedParameters,
  Schemas['HearEventsDetection']
> = {
  name: 'hear-events',
  requestShape: hearEventsRequestShape,
  model: { inputName: 'x', inputLength: facts.sampleCount, outputName: 'scores', outputLength: 8 },
  ...clipInputs(facts),
  encode: (row) => ({ scores: labelled(shortestDoubles(row)) }),
};

/** Names the eight outputs. Their order is that of event_detector/README.md in google/hear. */
function labelled(scores: readonly number[]): Schemas['HearEventsScores'] {
  const [cough = 0, snore = 0, baby_cough = 0, breathe = 0, sneeze = 0, throat_clear = 0, laugh = 0, speech = 0] =
    scores;
  return { cough, snore, baby_cough, breathe, sneeze, throat_clear, laugh, speech };
}
