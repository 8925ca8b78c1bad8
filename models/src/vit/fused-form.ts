// Owns the transformer's layers as onnxruntime's fused operators, the form for GPUs. Must not know what stands before and after the
// layers. Source of the operators' contracts: docs/ContribOperators.md of onnxruntime and its kernels for the CPU and for CUDA.
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { MICROSOFT_DOMAIN, type Operand, type Product } from './arithmetic.ts';
import {
  addFirstRows,
  addIntermediate,
  addNorm,
  addSlice,
  type Form,
  type LayerOptions,
  normConstants,
  readLinear,
} from './parts.ts';
import { FINAL_NORM, layerNames } from './tensors.ts';

/**
 * In the last layer the class token and the patch after it go on. The second is not needed; but a single row would be computed by
 * another kernel than several (plain-form.ts), and a row that is there already is cheaper to keep than one of zeros to add.
 */
const LAST_ROWS = 2;

/** A layer's place in the stream: the sums of all layers so far, and their normalisation for the next one. Both float32. */
interface Stream {
  readonly hidden: string;
  readonly normed: string;
}

/**
 * All values are `[N, tokens, …]`, as the fused operators take them. Each normalisation is one with the sum and the bias before it
 * (SkipLayerNormalization), and stands in float32 in both arithmetics: for float16 CUDA's kernel takes mean and variance in float16
 * unless an option is set that onnxruntime-node does not pass on. Takes arithmetics whose operands may have three dimensions, fp32 and
 * fp16.
 */
export const fusedForm: Form = {
  addLayers(graph, tokens, options) {
    const { layers } = options.shape;
    let stream: Stream = { hidden: tokens, normed: addNorm(graph, tokens, layerNames(0).normBefore, options) };
    for (let layer = 0; layer < layers; layer += 1) {
      const isLast = layer === layers - 1;
      const nextNorm = isLast ? FINAL_NORM : layerNames(layer + 1).normBefore;
      stream = addLayer(graph, stream, layerNames(layer), { isLast, nextNorm }, options);
    }
    return stream.normed;
  },
  dropSpareRows: (graph, rows, width) => addFirstRows(graph, rows, LAST_ROWS, width),
};

function addLayer(
  graph: GraphBuilder,
  { hidden, normed }: Stream,
  names: ReturnType<typeof layerNames>,
  { isLast, nextNorm }: { readonly isLast: boolean; readonly nextNorm: string },
  options: LayerOptions,
): Stream {
  const { shape, arithmetic } = options;
  const { hiddenSize, intermediateSize } = shape;
  const context = addAttention(graph, normed, names, isLast, options);
  const outputLayer = readLinear(options, names.attentionOutput, hiddenSize, hiddenSize);
  const attended = arithmetic.product(graph, arithmetic.operand(graph, context), outputLayer);
  const before = isLast ? addLastRows(graph, hidden) : hidden;
  const middle = addSkipNorm(graph, attended, before, names.normAfter, options);

  const intermediate = addIntermediate(graph, middle.normed, names.intermediate, options);
  const contracted = arithmetic.product(
    graph,
    intermediate,
    readLinear(options, names.output, intermediateSize, hiddenSize),
  );
  return addSkipNorm(graph, contracted, middle.hidden, nextNorm, options);
}

/**
 * The context, of the arithmetic's own type. Queries, keys and values are products of their own, which the operator takes as they come:
 * the packed layout of all three is one that its kernel for the CPU does not have, and unpacking would be a copy. It adds their biases
 * itself. The scale is the usual one, and stated nowhere else: CUDA's kernel for few queries takes it for granted.
 */
function addAttention(
  graph: GraphBuilder,
  normed: string,
  names: ReturnType<typeof layerNames>,
  isLast: boolean,
  options: LayerOptions,
): string {
  const { shape, arithmetic } = options;
  const { hiddenSize, heads } = shape;
  const rows = arithmetic.operand(graph, normed);
  const queryRows = isLast ? { ...rows, rows: addLastRows(graph, rows.rows) } : rows;
  const project = (operand: Operand, name: string) =>
    arithmetic.product(graph, operand, readLinear(options, name, hiddenSize, hiddenSize, shape.hasQkvBias));
  const parts = [project(queryRows, names.query), project(rows, names.key), project(rows, names.value)];
  // Constants are joined when the model is loaded.
  const bias = graph.node(
    'Concat',
    parts.map((part) => part.bias),
    { axis: { int: 0 } },
  );
  return graph.node(
    'MultiHeadAttention',
    [...parts.map((part) => part.sums), bias],
    { num_heads: { int: heads }, scale: { float: (hiddenSize / heads) ** -0.5 } },
    { domain: MICROSOFT_DOMAIN },
  );
}

/** The sum of a product, its bias and the stream, and the normalisation of this sum. */
function addSkipNorm(
  graph: GraphBuilder,
  { sums, bias }: Product,
  hidden: string,
  name: string,
  options: LayerOptions,
): Stream {
  const { arithmetic } = options;
  const norm = normConstants(graph, name, options);
  const [normed, , , sum] = graph.nodeWithOutputs(
    'SkipLayerNormalization',
    [arithmetic.widen(graph, sums), hidden, norm.weight, norm.bias, arithmetic.widen(graph, bias)],
    // The second and third are for training.
    [`${name}.normed`, '', '', `${name}.sum`],
    norm.attributes,
    { domain: MICROSOFT_DOMAIN },
  );
  return { normed, hidden: sum };
}

function addLastRows(graph: GraphBuilder, values: string): string {
  return addSlice(graph, values, { axis: 1, from: 0, to: LAST_ROWS });
}
