// Owns what every form of the transformer is made of: its weights as constants, linear layers, normalisations, the first tokens of each
// clip. Must not know in which order they stand.
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { type Arithmetic, type LinearWeights, MICROSOFT_DOMAIN, type Operand } from './arithmetic.ts';
import type { VitShape } from './config.ts';
import { transpose } from './transpose.ts';

/** Reads a tensor in row-major order, by its name and its shape. */
export type ReadTensor = (name: string, shape: readonly number[]) => Float32Array;

/** What the layers are built from. */
export interface LayerOptions {
  readonly shape: VitShape;
  readonly arithmetic: Arithmetic;
  readonly read: ReadTensor;
}

/** How the layers are written as operators. All forms give the same numbers, but for the order of sums. */
export interface Form {
  /**
   * From tokens `[N, tokens, hidden]`, the class token first, through all layers and the final normalisation: float32 rows of `hidden`
   * numbers, with those of the class tokens and spare ones among them. After the last attention only the class token counts.
   */
  addLayers(graph: GraphBuilder, tokens: string, options: LayerOptions): string;
  /** From what was computed of each of those rows, `width` numbers, to the class tokens' alone: `[N, width]`. */
  dropSpareRows(graph: GraphBuilder, rows: string, width: number): string;
}

/** The lowest value of the tanh form of Gelu is -0.170040, at -0.7525. */
const LOWEST_GELU = -0.1701;

export function addLinear(graph: GraphBuilder, operand: Operand, layer: LinearWeights, arithmetic: Arithmetic): string {
  const { sums, bias } = arithmetic.product(graph, operand, layer);
  return graph.node('Add', [sums, bias]);
}

/** The layer that widens each row, and the Gelu after it: an operand for the layer that narrows the rows again. */
export function addIntermediate(graph: GraphBuilder, normed: string, name: string, options: LayerOptions): Operand {
  const { shape, arithmetic } = options;
  const layer = readLinear(options, name, shape.hiddenSize, shape.intermediateSize);
  const { sums, bias } = arithmetic.product(graph, arithmetic.operand(graph, normed), layer);
  const activated = graph.node('FastGelu', [sums, bias], {}, { domain: MICROSOFT_DOMAIN });
  return arithmetic.operand(graph, activated, LOWEST_GELU);
}

export function addNorm(graph: GraphBuilder, rows: string, name: string, options: LayerOptions): string {
  const { weight, bias, attributes } = normConstants(graph, name, options);
  return graph.node('LayerNormalization', [rows, weight, bias], attributes);
}

/** What an operator that normalises takes beside its rows. */
export function normConstants(graph: GraphBuilder, name: string, { shape, read }: LayerOptions) {
  const { hiddenSize, layerNormEpsilon } = shape;
  const part = (kind: 'weight' | 'bias') =>
    graph.constant(`${name}.${kind}`, [hiddenSize], read(`${name}.${kind}`, [hiddenSize]));
  return { weight: part('weight'), bias: part('bias'), attributes: { epsilon: { float: layerNormEpsilon } } } as const;
}

/** Of clips with `tokens` rows of `width` numbers each, the first row: `[N, width]`. */
export function addFirstRows(graph: GraphBuilder, rows: string, tokens: number, width: number): string {
  const clips = graph.node('Reshape', [rows, graph.integers([-1, tokens * width])]);
  return addSlice(graph, clips, { axis: 1, from: 0, to: width });
}

/** `to` below 0 counts from the end. */
export function addSlice(
  graph: GraphBuilder,
  values: string,
  { axis, from, to }: { readonly axis: number; readonly from: number; readonly to: number },
): string {
  return graph.node('Slice', [values, graph.integers([from]), graph.integers([to]), graph.integers([axis])]);
}

export function readLinear(
  { read }: LayerOptions,
  name: string,
  inputs: number,
  outputs: number,
  hasBias = true,
): LinearWeights {
  const weights = transpose(read(`${name}.weight`, [outputs, inputs]), outputs, inputs);
  const bias = hasBias ? read(`${name}.bias`, [outputs]) : new Float32Array(outputs);
  return { name, inputs, outputs, weights, bias };
}
