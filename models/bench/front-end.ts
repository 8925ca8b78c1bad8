// Owns the comparison of two forms of the front end, and the time of the whole development model beside them. Run it with
// `node models/bench/front-end.ts`. One thread, all sessions interleaved, medians.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { buildDevelopmentModel } from '../src/development-model.ts';
import { buildFrontEndModel } from '../src/front-end/graph.ts';
import { hannWindow, melMatrix } from '../src/front-end/matrices.ts';
import { BINS, CLIP_SAMPLES, FRAME_SAMPLES, FRAMES, HOP_SAMPLES } from '../src/front-end/settings.ts';
import { type Matrix, matrixOf } from '../src/matrix.ts';
import type { GraphBuilder } from '../src/onnx/graph-builder.ts';
import { uniformGenerator } from '../src/seeded-random.ts';

const ROUNDS = 150;
const WARM_UP_ROUNDS = 20;
const BATCH_SIZES = [1, 8];

/** The plain form: whole frames cut by slices, one product with the cosines and sines of all bins. */
function addUnfoldedEnergies(graph: GraphBuilder, samples: string): string {
  const slice = (values: string, from: number, to: number, axis: number) =>
    graph.node('Slice', [values, graph.integers([from]), graph.integers([to]), graph.integers([axis])]);
  const padded = graph.node('Pad', [samples, graph.integers([0, 0, 0, 2 * HOP_SAMPLES])]);
  const hops = [0, 1, 2].map((hop) => {
    const shifted = slice(padded, hop * HOP_SAMPLES, CLIP_SAMPLES + hop * HOP_SAMPLES, 1);
    return graph.node('Reshape', [shifted, graph.integers([-1, FRAMES, HOP_SAMPLES])]);
  });
  const [first = '', second = '', third = ''] = hops;
  const rest = slice(third, 0, FRAME_SAMPLES - 2 * HOP_SAMPLES, 2);
  const frames = graph.node('Concat', [first, second, rest], { axis: { int: 2 } });

  const window = hannWindow();
  const basis = matrixOf(FRAME_SAMPLES, 2 * BINS, (sample, column) => {
    const angle = (2 * Math.PI * ((sample * (column % BINS)) % FRAME_SAMPLES)) / FRAME_SAMPLES;
    return (window[sample] ?? 0) * (column < BINS ? Math.cos(angle) : Math.sin(angle));
  });
  const spectrum = graph.node('MatMul', [frames, graph.matrix('basis', basis)]);
  const squares = graph.node('Mul', [spectrum, spectrum]);
  return graph.node('MatMul', [squares, graph.matrix('mel_twice', twice(melMatrix()))]);
}

function twice({ rows, columns, values }: Matrix): Matrix {
  return { rows: 2 * rows, columns, values: Float64Array.of(...values, ...values) };
}

const median = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

const models = {
  'front end, folded frames': buildFrontEndModel(),
  'front end, whole frames': buildFrontEndModel(addUnfoldedEnergies),
  'development model of HeAR': buildDevelopmentModel(),
};
const sessions = await Promise.all(
  Object.entries(models).map(async ([name, model]) => ({
    name,
    session: await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 }),
  })),
);
const uniform = uniformGenerator(1);
for (const batchSize of BATCH_SIZES) {
  const samples = Float32Array.from({ length: batchSize * CLIP_SAMPLES }, () => uniform() - 0.5);
  const x = new Tensor('float32', samples, [batchSize, CLIP_SAMPLES]);
  const timesMs = new Map(sessions.map(({ name }): [string, number[]] => [name, []]));
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    for (const { name, session } of sessions) {
      const start = performance.now();
      await session.run({ x });
      if (round >= WARM_UP_ROUNDS) timesMs.get(name)?.push((performance.now() - start) / batchSize);
    }
  }
  const rows = [...timesMs].map(([name, times]) => ({ name, ms: median(times) }));
  const fastest = Math.min(...rows.map(({ ms }) => ms));
  console.log(`clips in a call: ${batchSize}`);
  for (const { name, ms } of rows) {
    console.log(`  ${name.padEnd(28)} ${ms.toFixed(3)} ms a clip   ${(ms / fastest).toFixed(2)} x`);
  }
}
