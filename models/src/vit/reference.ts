// Owns a plain float64 computation of a vision transformer, to which the graph is held. Written from the definition in
// modeling_vit.py of transformers, without a look at the graph; slow. Must not know ONNX.
import type { VitShape } from './config.ts';
import type { ReadTensor } from './parts.ts';
import { tokenCount, vitTensors } from './tensors.ts';

/** Rows of numbers of equal length. */
type Rows = Float64Array[];

/** Image row by row in, the pooled class token out. */
export function referenceVit(image: Float64Array, shape: VitShape, read: ReadTensor): Float64Array {
  const tensors = new Map(
    vitTensors(shape).map(({ name, shape: dims }) => [name, Float64Array.from(read(name, dims))]),
  );
  const get = (name: string): Float64Array => tensors.get(name) ?? new Float64Array(shape.hiddenSize);
  const linear = (rows: Rows, name: string): Rows => applyLinear(rows, get(`${name}.weight`), get(`${name}.bias`));
  const norm = (rows: Rows, name: string): Rows =>
    rows.map((row) => normalise(row, get(`${name}.weight`), get(`${name}.bias`), shape.layerNormEpsilon));

  let hidden = embed(image, shape, get, linear);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const prefix = `encoder.layer.${layer}`;
    const normed = norm(hidden, `${prefix}.layernorm_before`);
    const [query = [], key = [], value = []] = ['query', 'key', 'value'].map((kind) =>
      linear(normed, `${prefix}.attention.attention.${kind}`),
    );
    const context = attend(query, key, value, shape.heads);
    hidden = sum(hidden, linear(context, `${prefix}.attention.output.dense`));
    const expanded = linear(norm(hidden, `${prefix}.layernorm_after`), `${prefix}.intermediate.dense`);
    hidden = sum(
      hidden,
      linear(
        expanded.map((row) => row.map(tanhGelu)),
        `${prefix}.output.dense`,
      ),
    );
  }
  const [classToken = new Float64Array()] = norm(hidden, 'layernorm');
  const [pooled = new Float64Array()] = linear([classToken], 'pooler.dense');
  return shape.poolerActivation === 'tanh' ? pooled.map(Math.tanh) : pooled;
}

function embed(
  image: Float64Array,
  shape: VitShape,
  get: (name: string) => Float64Array,
  linear: (rows: Rows, name: string) => Rows,
): Rows {
  const [rows, columns] = shape.imageSize;
  const [patchRows, patchColumns] = shape.patchSize;
  const patches: Rows = [];
  for (let top = 0; top < rows; top += patchRows) {
    for (let left = 0; left < columns; left += patchColumns) {
      patches.push(
        Float64Array.from({ length: patchRows * patchColumns }, (_, pixel) => {
          const row = top + Math.floor(pixel / patchColumns);
          return at(image, row * columns + left + (pixel % patchColumns));
        }),
      );
    }
  }
  const tokens = [get('embeddings.cls_token'), ...linear(patches, 'embeddings.patch_embeddings.projection')];
  const positions = get('embeddings.position_embeddings');
  const { hiddenSize } = shape;
  if (tokens.length !== tokenCount(shape)) throw new Error('This is a bug: patches were lost.');
  return tokens.map((token, row) => token.map((value, column) => value + at(positions, row * hiddenSize + column)));
}

function attend(query: Rows, key: Rows, value: Rows, heads: number): Rows {
  const width = query[0]?.length ?? 0;
  const size = width / heads;
  const context = query.map(() => new Float64Array(width));
  for (let head = 0; head < heads; head += 1) {
    const part = (row: Float64Array) => row.subarray(head * size, (head + 1) * size);
    const keys = key.map(part);
    const values = value.map(part);
    for (const [row, own] of query.entries()) {
      const scores = Float64Array.from(keys, (other) => dot(part(own), other) / Math.sqrt(size));
      const shares = softmax(scores);
      const target = part(context[row] ?? new Float64Array(width));
      for (const [other, share] of shares.entries()) {
        for (let i = 0; i < size; i += 1) target[i] = at(target, i) + share * at(values[other] ?? target, i);
      }
    }
  }
  return context;
}

function softmax(scores: Float64Array): Float64Array {
  const highest = scores.reduce((most, score) => Math.max(most, score));
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((left, right) => left + right);
  return powers.map((power) => power / total);
}

/** Weights are `[outputs, inputs]`, as PyTorch keeps them. */
function applyLinear(rows: Rows, weights: Float64Array, bias: Float64Array): Rows {
  return rows.map((row) =>
    bias.map((start, output) => start + dot(row, weights.subarray(output * row.length, (output + 1) * row.length))),
  );
}

function normalise(row: Float64Array, weight: Float64Array, bias: Float64Array, epsilon: number): Float64Array {
  const mean = row.reduce((left, right) => left + right) / row.length;
  const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / row.length;
  return row.map((value, i) => ((value - mean) / Math.sqrt(variance + epsilon)) * at(weight, i) + at(bias, i));
}

/** Gaussian error linear unit in the form with tanh (arXiv 1606.08415), with the constants of transformers' gelu_fast. */
function tanhGelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(x * 0.7978845608 * (1 + 0.044715 * x * x)));
}

function sum(left: Rows, right: Rows): Rows {
  return left.map((row, i) => row.map((value, j) => value + at(right[i] ?? row, j)));
}

function dot(left: Float64Array, right: Float64Array): number {
  let total = 0;
  for (let i = 0; i < left.length; i += 1) total += at(left, i) * at(right, i);
  return total;
}

/** Every index above is within its array by construction. */
function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}
