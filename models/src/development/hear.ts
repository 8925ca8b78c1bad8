// Owns HeAR's development model: the real front end, then fixed statistics and a seeded rotation in the place of the trained
// transformer. Its embeddings keep similar sounds near each other and mean nothing else. Knows the front end's shape only.
import { addFrontEnd } from '../front-end/graph.ts';
import { CLIP_SAMPLES, FRONT_END_VERSION, MEL_BANDS, RESIZED_FRAMES } from '../front-end/settings.ts';
import { type Matrix, matrixOf, multiply, orthogonalMatrix } from '../matrix.ts';
import { toMetadata } from '../metadata.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { encodeModel } from '../onnx/wire-format.ts';

const EMBEDDING_LENGTH = 512;

/** Mel bands are averaged in pairs. */
const POOLED_BANDS = MEL_BANDS / 2;

/**
 * Each statistic is averaged over the two halves of a clip, which reach far into each other: further than a sound may move
 * without becoming another.
 */
const WINDOWS = 2;
const WINDOW_HALF_WIDTH_FRAMES = 144;

/** Absolute differences at some distance along time (axis 1, 10.4 ms a frame) or pitch (axis 2, in mel bands). */
interface Change {
  readonly axis: 1 | 2;
  readonly distance: number;
}

/**
 * What is averaged, none of it below 0: the normalised energies, their changes within clicks and within syllables, and their
 * changes over pitch, which are large for tones. Weights bring the four to about the same length.
 */
const STATISTICS: readonly { readonly name: string; readonly change?: Change; readonly weight: number }[] = [
  { name: 'level', weight: 1 },
  { name: 'change_in_10_ms', change: { axis: 1, distance: 1 }, weight: 3 },
  { name: 'change_in_40_ms', change: { axis: 1, distance: 4 }, weight: 2 },
  { name: 'change_in_pitch', change: { axis: 2, distance: 1 }, weight: 2 },
];

/** Any numbers do; with these the model's bytes are what they are. */
const SEEDS = { bands: 1, averages: 2 } as const;

/** Builds the model file: `x` `[N, 32000]` to `embedding` `[N, 512]`, both float32. The same bytes on each call. */
export function buildHearDevelopmentModel(): Uint8Array {
  const graph = new GraphBuilder('hear-development');
  const clips = graph.input('x', ['N', CLIP_SAMPLES]);
  addEmbedding(graph, addFrontEnd(graph, clips));
  graph.output('embedding', ['N', EMBEDDING_LENGTH]);
  return encodeModel(
    graph.build(
      toMetadata({
        algorithm: 'hear',
        name: 'hear-development',
        displayName: 'HeAR development model (untrained)',
        version: '1',
        development: 'true',
        frontEndVersion: FRONT_END_VERSION,
      }),
    ),
  );
}

/**
 * Eight averages of 64 bands each, then turned by an orthogonal matrix, which keeps all angles between embeddings: the Kronecker
 * product of one over the averages and one over the bands, 4 160 numbers instead of 262 144.
 */
function addEmbedding(graph: GraphBuilder, spectrogram: string): void {
  const turnBands = orthogonalMatrix(POOLED_BANDS, SEEDS.bands);
  const averages = STATISTICS.map(({ name, change, weight }) => {
    const values = change === undefined ? spectrogram : addChange(graph, spectrogram, change);
    const frames = RESIZED_FRAMES - (change?.axis === 1 ? change.distance : 0);
    const bands = MEL_BANDS - (change?.axis === 2 ? change.distance : 0);
    const inWindows = graph.node('MatMul', [graph.matrix(`${name}_windows`, timeWindows(frames, weight)), values]);
    return graph.node('MatMul', [inWindows, graph.matrix(`${name}_bands`, multiply(bandPairs(bands), turnBands))]);
  });
  const stacked = graph.node('Concat', averages, { axis: { int: 1 } });
  const turnAverages = orthogonalMatrix(STATISTICS.length * WINDOWS, SEEDS.averages);
  const turned = graph.node('MatMul', [graph.matrix('turn_averages', turnAverages), stacked]);
  graph.node('Reshape', [turned, graph.integers([-1, EMBEDDING_LENGTH])], {}, { name: 'embedding' });
}

function addChange(graph: GraphBuilder, spectrogram: string, { axis, distance }: Change): string {
  const size = axis === 1 ? RESIZED_FRAMES : MEL_BANDS;
  const part = (from: number, to: number) =>
    graph.node('Slice', [spectrogram, graph.integers([from]), graph.integers([to]), graph.integers([axis])]);
  return graph.node('Abs', [graph.node('Sub', [part(distance, size), part(0, size - distance)])]);
}

/** Averages over time times `weight`, one window a row: raised cosines, cut at the clip's ends. */
function timeWindows(frames: number, weight: number): Matrix {
  const heights = matrixOf(WINDOWS, frames, (window, frame) => {
    const centre = ((window + 0.5) * RESIZED_FRAMES) / WINDOWS;
    return 0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, Math.abs(frame + 0.5 - centre) / WINDOW_HALF_WIDTH_FRAMES));
  });
  const sums = multiply(
    heights,
    matrixOf(frames, 1, () => 1),
  ).values;
  return {
    ...heights,
    values: heights.values.map((height, i) => (weight * height) / (sums[Math.floor(i / frames)] ?? 1)),
  };
}

/** Averages neighbouring bands in pairs; the last pair of an odd number lacks its second. */
function bandPairs(bands: number): Matrix {
  return matrixOf(bands, POOLED_BANDS, (band, pair) => (Math.floor(band / 2) === pair ? 0.5 : 0));
}
