// Owns how the large products of a vision transformer are computed: in float32, in float16, or in 8-bit integers. Must not know
// in which order they stand.
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { DATA_TYPE } from '../onnx/messages.ts';
import { type Int8Weights, quantiseColumns } from './quantise.ts';

export const VARIANTS = ['fp32', 'fp16', 'int8'] as const;
export type Variant = (typeof VARIANTS)[number];

export function isVariant(name: string): name is Variant {
  return (VARIANTS as readonly string[]).includes(name);
}

/** Weights of a linear layer, ready for a product from the left: row-major `[inputs, outputs]`. */
export interface LinearWeights {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Rows as a product takes them; which fields count is the arithmetic's own business. */
export interface Operand {
  readonly rows: string;
  readonly scales?: string;
  /** What was added to every number of the rows, to be taken off again in the bias. */
  readonly shift: number;
}

/** A product `[R, outputs]` and the bias that is still to be added to each of its rows, both of the arithmetic's own type. */
export interface Product {
  readonly sums: string;
  readonly bias: string;
}

/**
 * The residual stream, the normalisations and the pooler stay in float32 whatever the arithmetic. Every row is treated by
 * itself, so that a clip's numbers do not depend on its neighbours.
 */
export interface Arithmetic {
  /** Makes rows `[R, inputs]` an operand, float32 ones or what a product gave; none of their numbers may be below `lowest`. */
  operand(graph: GraphBuilder, rows: string, lowest?: number): Operand;
  product(graph: GraphBuilder, operand: Operand, layer: LinearWeights): Product;
  /** What came of products, as float32. */
  widen(graph: GraphBuilder, rows: string): string;
}

const cast = (graph: GraphBuilder, rows: string, to: number) => graph.node('Cast', [rows], { to: { int: to } });

const fp32: Arithmetic = {
  operand: (_, rows) => ({ rows, shift: 0 }),
  product(graph, { rows }, { name, inputs, outputs, weights, bias }) {
    const sums = graph.node('MatMul', [rows, graph.constant(`${name}.weight`, [inputs, outputs], weights)]);
    return { sums, bias: graph.constant(`${name}.bias`, [outputs], bias) };
  },
  widen: (_, rows) => rows,
};

const fp16: Arithmetic = {
  operand: (graph, rows) => ({ rows: cast(graph, rows, DATA_TYPE.float16), shift: 0 }),
  product(graph, { rows }, { name, inputs, outputs, weights, bias }) {
    const halves = toFloat16(`${name}.weight`, weights);
    const sums = graph.node('MatMul', [rows, graph.constant(`${name}.weight`, [inputs, outputs], halves)]);
    return { sums, bias: graph.constant(`${name}.bias`, [outputs], toFloat16(`${name}.bias`, bias)) };
  },
  widen: (graph, rows) => cast(graph, rows, DATA_TYPE.float32),
};

/** The number that stands for 0 among unsigned 8-bit numbers with as many steps below as above. */
const ZERO_POINT = 128;

/** Keeps the scale of a row of zeros above 0; far below any scale that numbers of a model have. */
const SMALLEST_SCALE = 1e-30;

/**
 * Weights have a scale for each output, rows one of their own, found while computing: 127 steps to both sides of 0, or 255 from
 * the lowest number possible where that is known. MatMulIntegerToFloat scales the sums to float32 as it writes them; it takes
 * but one scale for all rows, so that of each row is multiplied in after it.
 * Measured with onnxruntime-node 1.30 on 2 shared cores of an Intel Xeon with AMX, one thread, best ms for 97 rows and
 * 1024 × 4096 and 4096 × 1024 weights: float32 4.5 and 4.2; this 1.1 and 0.8; one scale for all rows (DynamicQuantizeMatMul) 1.0
 * and 0.7; scales by MatMulInteger, Cast and Mul 1.4 and 0.9; blocks of weights (MatMulNBits, accuracy level 4) 3.8 and 3.1.
 */
const int8: Arithmetic = {
  operand(graph, rows, lowest) {
    const shifted = lowest === undefined ? rows : graph.node('Add', [rows, graph.scalar(-lowest)]);
    const sizes = lowest === undefined ? graph.node('Abs', [rows]) : shifted;
    const largest = graph.node('ReduceMax', [sizes, graph.integers([1])]);
    const steps = lowest === undefined ? 127 : 255;
    const step = graph.node('Mul', [largest, graph.scalar(1 / steps)]);
    const scales = graph.node('Max', [step, graph.scalar(SMALLEST_SCALE)]);
    const scaleOfRow = graph.node('Reshape', [scales, graph.integers([-1])]);
    const zeros =
      lowest === undefined ? [graph.node('Expand', [graph.byte(ZERO_POINT), graph.node('Shape', [scaleOfRow])])] : [];
    // Without zero points QuantizeLinear gives unsigned numbers from 0.
    const quantised = graph.node('QuantizeLinear', [shifted, scaleOfRow, ...zeros], { axis: { int: 0 } });
    return { rows: quantised, scales, shift: lowest === undefined ? 0 : -lowest };
  },
  product(graph, { rows, scales = '', shift }, { name, inputs, outputs, weights, bias }) {
    const quantised = quantiseColumns(weights, inputs, outputs);
    const sums = graph.node(
      'MatMulIntegerToFloat',
      [
        rows,
        graph.constant(`${name}.weight`, [inputs, outputs], quantised.values),
        graph.scalar(1),
        graph.constant(`${name}.scale`, [outputs], quantised.scales),
        ...(shift === 0 ? [graph.byte(ZERO_POINT)] : []),
      ],
      {},
      { domain: MICROSOFT_DOMAIN },
    );
    const ownBias = shift === 0 ? bias : withoutShift(bias, quantised, shift);
    return {
      sums: graph.node('Mul', [sums, scales]),
      bias: graph.constant(`${name}.bias`, [outputs], ownBias),
    };
  },
  widen: (_, rows) => rows,
};

/** The domain of onnxruntime's own operators. */
export const MICROSOFT_DOMAIN = 'com.microsoft';

export const ARITHMETICS: Readonly<Record<Variant, Arithmetic>> = { fp32, fp16, int8 };

/** (x + shift) · w is x · w and the shift times the sum of each column more. */
function withoutShift(bias: Float32Array, { values, scales }: Int8Weights, shift: number): Float32Array {
  const outputs = bias.length;
  const sums = new Float64Array(outputs);
  for (let i = 0; i < values.length; i += 1) {
    const column = i % outputs;
    sums[column] = (sums[column] ?? 0) + (values[i] ?? Number.NaN);
  }
  return bias.map((value, column) => value - shift * (sums[column] ?? 0) * (scales[column] ?? 0));
}

/** @throws Error when a number is beyond float16's range. */
function toFloat16(name: string, values: Float32Array): Float16Array {
  const halves = new Float16Array(values);
  const wrong = halves.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new Error(`Tensor ${name}: expected numbers within ±65504 for fp16, got ${values[wrong]}. Choose fp32.`);
  return halves;
}
