// Owns the transformer's layers as plain operators, the form for CPUs. Must not know what stands before and after the layers.
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { Operand } from './arithmetic.ts';
import {
  addFirstRows,
  addIntermediate,
  addLinear,
  addNorm,
  addSlice,
  type Form,
  type LayerOptions,
  readLinear,
} from './parts.ts';
import { FINAL_NORM, layerNames, tokenCount } from './tensors.ts';

/**
 * Plain operators, which on a CPU are faster than onnxruntime's fused ones, but for the fused Gelu: 0.60 ms for 97 × 4096 numbers and
 * their bias, where Add and Gelu take 0.94 (onnxruntime-node 1.30, one thread of an Intel Xeon).
 * Between the layers all tokens of all clips stand as rows of one matrix.
 */
export const plainForm: Form = {
  addLayers(graph, tokens, options) {
    const { shape } = options;
    let hidden = graph.node('Reshape', [tokens, graph.integers([-1, shape.hiddenSize])]);
    for (let layer = 0; layer < shape.layers; layer += 1) {
      hidden = addLayer(graph, hidden, layer, options);
    }
    return addNorm(graph, hidden, FINAL_NORM, options);
  },
  dropSpareRows: (graph, rows) => dropSpareRow(graph, rows),
};

function addLayer(graph: GraphBuilder, hidden: string, layer: number, options: LayerOptions): string {
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
  const before = isLast ? addSpareRow(graph, addFirstRows(graph, hidden, tokenCount(shape), hiddenSize)) : hidden;
  const middle = graph.node('Add', [arithmetic.widen(graph, attended), before]);

  const normed = addNorm(graph, middle, names.normAfter, options);
  const contracted = addLinear(
    graph,
    addIntermediate(graph, normed, names.intermediate, options),
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
  options: LayerOptions,
): string {
  const { shape, arithmetic } = options;
  const { hiddenSize, heads } = shape;
  const headSize = hiddenSize / heads;
  const tokens = tokenCount(shape);
  const normed = addNorm(graph, hidden, names.normBefore, options);
  const rows = arithmetic.operand(graph, normed);
  const classTokens = () => addSpareRow(graph, addFirstRows(graph, normed, tokens, hiddenSize));
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

/**
 * One row of zeros more. Where onnxruntime reads weights as they are in the file, it computes a single row by another kernel than
 * several, with other last bits: a clip alone would differ from the same clip among others.
 */
function addSpareRow(graph: GraphBuilder, rows: string): string {
  return graph.node('Pad', [rows, graph.integers([0, 0, 1, 0])]);
}

function dropSpareRow(graph: GraphBuilder, rows: string): string {
  return addSlice(graph, rows, { axis: 0, from: 0, to: -1 });
}
