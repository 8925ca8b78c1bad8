// Owns the yardstick for speed: a model that is one large product. Must not know the models that are held to it.
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { encodeModel } from '../onnx/wire-format.ts';
import { uniformGenerator } from '../seeded-random.ts';
import { ARITHMETICS, MICROSOFT_DOMAIN, type Variant } from '../vit/arithmetic.ts';
import { inTurn, ONE_THREAD, openTimed } from './timed-session.ts';

/** As wide as HeAR's largest layers, and as many rows as eight clips have. */
const [ROWS, INPUTS, OUTPUTS] = [776, 1024, 4096];

export const PEAK_OPERATIONS = 2 * ROWS * INPUTS * OUTPUTS;

/** A row of numbers to give to the model. */
export function peakInput(): Float32Array {
  const uniform = uniformGenerator(1);
  return Float32Array.from({ length: ROWS * INPUTS }, () => uniform() - 0.5);
}

/** From `x` `[N, 776 · 1024]` to one number: the product with seeded weights, in the arithmetic of a variant. */
export function buildPeakModel(variant: Variant): Uint8Array {
  const graph = new GraphBuilder('peak', { domains: { [MICROSOFT_DOMAIN]: 1 } });
  const arithmetic = ARITHMETICS[variant];
  const flat = graph.input('x', ['N', ROWS * INPUTS]);
  const rows = arithmetic.operand(graph, graph.node('Reshape', [flat, graph.integers([-1, INPUTS])]));
  const uniform = uniformGenerator(2);
  const weights = Float32Array.from({ length: INPUTS * OUTPUTS }, () => uniform() - 0.5);
  const layer = { name: 'layer', inputs: INPUTS, outputs: OUTPUTS, weights, bias: new Float32Array(OUTPUTS) };
  const { sums, bias } = arithmetic.product(graph, rows, layer);
  // Handing out all of the sums would be measured too.
  const [from, to, axis] = [0, 1, 0].map((value) => graph.integers([value]));
  const first = graph.node('Slice', [
    arithmetic.widen(graph, graph.node('Add', [sums, bias])),
    from ?? '',
    to ?? '',
    axis ?? '',
  ]);
  graph.node('Identity', [first], {}, { output: 'first' });
  graph.output('first', ['N', OUTPUTS]);
  return encodeModel(graph.build());
}

/** How many times as fast as in float32 one product is here in the arithmetic of a variant; takes about a second. */
export async function measureSpeedup(variant: Variant): Promise<number> {
  const row = peakInput();
  await using own = await openTimed(buildPeakModel(variant), row, ONE_THREAD);
  await using fp32 = await openTimed(buildPeakModel('fp32'), row, ONE_THREAD);
  const [ownMs = Number.NaN, fp32Ms = Number.NaN] = await inTurn([own, fp32], 5);
  return fp32Ms / ownMs;
}
