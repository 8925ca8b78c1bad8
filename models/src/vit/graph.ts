// Owns a vision transformer as ONNX nodes: image in, pooled class token out. Must not know where the image comes from, nor files.
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { type Arithmetic, type LinearWeights, MICROSOFT_DOMAIN, type Operand } from './arithmetic.ts';
import type { VitShape } from './config.ts';
import { EMBEDDING_NAMES, FINAL_NORM, layerNames, POOLER, tokenCount } from './tensors.ts';
import { transpose } from './transpose.ts';

/** Reads a tensor in row-major order, by its name and its shape. */
export type ReadTensor = (name: string, shape: readonly number[]) => Float32Array;

/** The lowest value of the tanh form of Gelu is -0.170040, at -0.7525. */
const LOWEST_GELU = -0.1701;

export interface VitOptions {
  readonly shape: VitShape;
  readonly arithmetic: Arithmetic;
  readonly read: ReadTensor;
}

/**
 * Adds the transformer. `image` names a value `[N, rows, columns]`; returns the name of `[N, poolerSize]`, float32.
 * The operators are plain ones, which on a CPU are faster than onnxruntime's fused ones, but for the fused Gelu: 0.60 ms for
 * 97 × 4096 numbers and their bias, where Add and Gelu take 0.94 (onnxruntime-node 1.30, one thread of an Intel Xeon).
 * Between the layers all tokens of all clips stand as rows of one matrix. After the last attention only the class token counts.
 */
export function addVit(graph: GraphBuilder, image: string, options: VitOptions): string {
  const { shape, read } = options;
  let hidden = addTokens(graph, image, shape, read);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    hidden = addLayer(graph, hidden, layer, options);
  }
  const normed = addNorm(graph, hidden, FINAL_NORM, options);
  const weights = transpose(
    read(`${POOLER}.weight`, [shape.poolerSize, shape.hiddenSize]),
    shape.poolerSize,
    shape.hiddenSize,
  );
  const product = graph.node('MatMul', [
    normed,
    graph.constant(`${POOLER}.weight`, [shape.hiddenSize, shape.poolerSize], weights),
  ]);
  const bias = graph.constant(`${POOLER}.bias`, [shape.poolerSize], read(`${POOLER}.bias`, [shape.poolerSize]));
  const pooled = dropSpareRow(graph, graph.node('Add', [product, bias]));
  return shape.poolerActivation === 'tanh' ? graph.node('Tanh', [pooled]) : pooled;
}

/** Patches times their weights, the class token before them, positions added: `[N · tokens, hidden]`. */
function addTokens(graph: GraphBuilder, image: string, shape: VitShape, read: ReadTensor): string {
  const { hiddenSize, imageSize, patchSize } = shape;
  const [patchRows, patchColumns] = patchSize;
  const [down, across] = [imageSize[0] / patchRows, imageSize[1] / patchColumns];
  const patchPixels = patchRows * patchColumns;
  const tokens = tokenCount(shape);
  const cut = graph.node('Reshape', [image, graph.integers([-1, down, patchRows, across, patchColumns])]);
  const patches = graph.node('Reshape', [
    graph.node('Transpose', [cut], { perm: { ints: [0, 1, 3, 2, 4] } }),
    graph.integers([-1, down * across, patchPixels]),
  ]);
  const { projection } = EMBEDDING_NAMES;
  const weights = transpose(read(`${projection}.weight`, [hiddenSize, 1, ...patchSize]), hiddenSize, patchPixels);
  const projected = graph.node('MatMul', [
    patches,
    graph.constant(`${projection}.weight`, [patchPixels, hiddenSize], weights),
  ]);
  // The class token is the same for every clip: a row of zeros, to which the constants are added as to all others.
  const padded = graph.node('Pad', [projected, graph.integers([0, 1, 0, 0, 0, 0])]);
  const bias = read(`${projection}.bias`, [hiddenSize]);
  const classToken = read(EMBEDDING_NAMES.classToken, [1, 1, hiddenSize]);
  const positions = read(EMBEDDING_NAMES.positions, [1, tokens, hiddenSize]);
  const added = positions.map((position, place) => {
    const column = place % hiddenSize;
    return position + ((place < hiddenSize ? classToken : bias)[column] ?? Number.NaN);
  });
  const embedded = graph.node('Add', [padded, graph.constant('tokens', [1, tokens, hiddenSize], added)]);
  return graph.node('Reshape', [embedded, graph.integers([-1, hiddenSize])]);
}

function addLayer(graph: GraphBuilder, hidden: string, layer: number, options: VitOptions): string {
  const { shape, arithmetic } = options;
  const { hiddenSize, intermediateSize } = shape;
  const names = layerNames(layer);
  const isLast = layer === shape.layers - 1;
  const attention = addAttention(graph, hidden, names, isLast, options);
  const context = isLast ? addSpareRow(graph, attention) : attention;
  const attended = addLinear(
    graph,
    arithmetic.operand(graph, context),
    readLinear(options, names.attentionOutput, hiddenSize, hiddenSize),
    arithmetic,
  );
  const before = isLast ? addSpareRow(graph, addClassTokens(graph, hidden, shape)) : hidden;
  const middle = graph.node('Add', [arithmetic.widen(graph, attended), before]);

  const normed = arithmetic.operand(graph, addNorm(graph, middle, names.normAfter, options));
  const intermediate = readLinear(options, names.intermediate, hiddenSize, intermediateSize);
  const { sums, bias } = arithmetic.product(graph, normed, intermediate);
  const activated = graph.node('FastGelu', [sums, bias], {}, { domain: MICROSOFT_DOMAIN });
  const contracted = addLinear(
    graph,
    arithmetic.operand(graph, activated, LOWEST_GELU),
    readLinear(options, names.output, intermediateSize, hiddenSize),
    arithmetic,
  );
  return graph.node('Add', [arithmetic.widen(graph, contracted), middle]);
}

/** From all rows to the context `[N · tokens, hidden]`, or to that of the class tokens alone, `[N, hidden]`. */
function addAttention(
  graph: GraphBuilder,
  hidden: string,
  names: ReturnType<typeof layerNames>,
  isLast: boolean,
  options: VitOptions,
): string {
  const { shape, arithmetic } = options;
  const { hiddenSize, heads } = shape;
  const headSize = hiddenSize / heads;
  const normed = addNorm(graph, hidden, names.normBefore, options);
  const rows = arithmetic.operand(graph, normed);
  const classTokens = () => addSpareRow(graph, addClassTokens(graph, normed, shape));
  const queryRows = isLast ? arithmetic.operand(graph, classTokens()) : rows;
  const split = (values: string, count: number, perm: readonly number[]) =>
    graph.node('Transpose', [graph.node('Reshape', [values, graph.integers([-1, count, heads, headSize])])], {
      perm: { ints: perm },
    });
  const project = (operand: Operand, name: string, factor = 1) => {
    const { weights, bias, ...layer } = readLinear(options, name, hiddenSize, hiddenSize, shape.hasQkvBias);
    const scaled = (values: Float32Array) => (factor === 1 ? values : values.map((value) => value * factor));
    return addLinear(graph, operand, { ...layer, weights: scaled(weights), bias: scaled(bias) }, arithmetic);
  };
  const tokens = tokenCount(shape);
  // The division by the root of the head's size is done once, in the weights; for sizes such as 64 it is exact.
  const projected = project(queryRows, names.query, headSize ** -0.5);
  const queries = isLast
    ? split(dropSpareRow(graph, projected), 1, [0, 2, 1, 3])
    : split(projected, tokens, [0, 2, 1, 3]);
  const keys = split(project(rows, names.key), tokens, [0, 2, 3, 1]);
  const values = split(project(rows, names.value), tokens, [0, 2, 1, 3]);
  const shares = graph.node('Softmax', [graph.node('MatMul', [queries, keys])], { axis: { int: -1 } });
  const context = graph.node('Transpose', [graph.node('MatMul', [shares, values])], { perm: { ints: [0, 2, 1, 3] } });
  return graph.node('Reshape', [context, graph.integers([-1, hiddenSize])]);
}

function addLinear(graph: GraphBuilder, operand: Operand, layer: LinearWeights, arithmetic: Arithmetic): string {
  const { sums, bias } = arithmetic.product(graph, operand, layer);
  return graph.node('Add', [sums, bias]);
}

/** The first row of each clip, `[N, hidden]`. */
function addClassTokens(graph: GraphBuilder, rows: string, shape: VitShape): string {
  const width = tokenCount(shape) * shape.hiddenSize;
  const clips = graph.node('Reshape', [rows, graph.integers([-1, width])]);
  const [from, to, axis] = [0, shape.hiddenSize, 1].map((value) => graph.integers([value]));
  return graph.node('Slice', [clips, from ?? '', to ?? '', axis ?? '']);
}

/**
 * One row of zeros more. Where onnxruntime reads weights as they are in the file, it computes a single row by another kernel than
 * several, with other last bits: a clip alone would differ from the same clip among others.
 */
function addSpareRow(graph: GraphBuilder, rows: string): string {
  return graph.node('Pad', [rows, graph.integers([0, 0, 1, 0])]);
}

function dropSpareRow(graph: GraphBuilder, rows: string): string {
  const [from, to, axis] = [0, -1, 0].map((value) => graph.integers([value]));
  return graph.node('Slice', [rows, from ?? '', to ?? '', axis ?? '']);
}

function addNorm(graph: GraphBuilder, rows: string, name: string, { shape, read }: VitOptions): string {
  const { hiddenSize, layerNormEpsilon } = shape;
  const part = (kind: 'weight' | 'bias') =>
    graph.constant(`${name}.${kind}`, [hiddenSize], read(`${name}.${kind}`, [hiddenSize]));
  return graph.node('LayerNormalization', [rows, part('weight'), part('bias')], {
    epsilon: { float: layerNormEpsilon },
  });
}

function readLinear(
  { read }: VitOptions,
  name: string,
  inputs: number,
  outputs: number,
  hasBias = true,
): LinearWeights {
  const weights = transpose(read(`${name}.weight`, [outputs, inputs]), outputs, inputs);
  const bias = hasBias ? read(`${name}.bias`, [outputs]) : new Float32Array(outputs);
  return { name, inputs, outputs, weights, bias };
}
