// Owns the development model of HeAR's event detector: the architecture that upstream names, MobileNetV3Small on a PCEN mel spectrogram,
// with seeded numbers in the place of trained ones. Its scores mean nothing. Knows the signature and the seeds.
import { CLIP_SAMPLES } from '../front-end/settings.ts';
import { addEventFrontEnd } from '../hear-events/front-end.ts';
import { addMobileNetV3, type LayerNumbers, SMALL } from '../hear-events/mobilenet-v3.ts';
import { toMetadata } from '../metadata.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { encodeModel } from '../onnx/wire-format.ts';
import { normalGenerator } from '../seeded-random.ts';

/** Cough, snore, baby cough, breathe, sneeze, throat clear, laugh, speech: event_detector/README.md of google/hear. */
const LABELS = 8;

/** Any number does; with this one the model's bytes are what they are. */
const SEED = 1;

/**
 * Brings the spectrogram's usual numbers to 0 and makes their differences larger, as a trained network's first layer would. With these,
 * the scores of fixtures/hear spread from 0.01 to 0.99; a seeded network alone leaves them 0.02 apart.
 */
const CONTRAST = { centre: 0.32, gain: 8 } as const;

/** Version of this front end's results; it is not HeAR's own. */
const EVENT_FRONT_END_VERSION = '1';

/** Builds the model file: `x` `[N, 32000]` to `scores` `[N, 8]`, both float32. The same bytes on each call. */
export function buildHearEventsDevelopmentModel(): Uint8Array {
  const graph = new GraphBuilder('hear-events-development');
  const spectrogram = addEventFrontEnd(graph, graph.input('x', ['N', CLIP_SAMPLES]));
  const centred = graph.node('Sub', [spectrogram, graph.scalar(CONTRAST.centre)]);
  const contrasted = graph.node('Mul', [centred, graph.scalar(CONTRAST.gain)]);
  // Convolutions take channels before height and width.
  const image = graph.node('Unsqueeze', [contrasted, graph.integers([1])]);
  const numbersOf = seededNumbers(SEED);
  const { features, channels } = addMobileNetV3(graph, image, SMALL, numbersOf);
  // The dense layer as a convolution: its sums then have one order, whatever the number of clips.
  const head = numbersOf({ inputs: channels, outputs: LABELS, kernel: 1, groups: 1 });
  const logits = graph.node('Conv', [
    features,
    graph.constant('head_weights', [LABELS, channels, 1, 1], head.weights),
    graph.constant('head_biases', [LABELS], head.biases),
  ]);
  const flat = graph.node('Reshape', [logits, graph.integers([-1, LABELS])]);
  graph.output(graph.node('Sigmoid', [flat], {}, { name: 'scores' }), ['N', LABELS]);
  return encodeModel(
    graph.build(
      toMetadata({
        algorithm: 'hear-events',
        name: 'hear-events-development',
        displayName: 'HeAR event detector development model (untrained)',
        version: '1',
        development: 'true',
        frontEndVersion: EVENT_FRONT_END_VERSION,
      }),
    ),
  );
}

/**
 * Normal numbers whose spread keeps values of about the same size from layer to layer (He et al., arXiv:1502.01852), and small
 * biases.
 */
function seededNumbers(seed: number): LayerNumbers {
  const normal = normalGenerator(seed);
  return ({ inputs, outputs, kernel, groups }) => {
    const perOutput = (inputs / groups) * kernel * kernel;
    const spread = Math.sqrt(2 / perOutput);
    return {
      weights: Float32Array.from({ length: outputs * perOutput }, () => spread * normal()),
      biases: Float32Array.from({ length: outputs }, () => 0.05 * normal()),
    };
  };
}
