// Owns a vision transformer as ONNX nodes: image in, pooled class token out. Must not know where the image comes from, nor files, nor
// how the layers are written.
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { VitShape } from './config.ts';
import type { Form, LayerOptions, ReadTensor } from './parts.ts';
import { EMBEDDING_NAMES, POOLER, tokenCount } from './tensors.ts';
import { transpose } from './transpose.ts';

export interface VitOptions extends LayerOptions {
  readonly form: Form;
}

/** Adds the transformer. `image` names a value `[N, rows, columns]`; returns the name of `[N, poolerSize]`, float32. */
export function addVit(graph: GraphBuilder, image: string, options: VitOptions): string {
  const { shape, read, form } = options;
  const normed = form.addLayers(graph, addTokens(graph, image, shape, read), options);
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
  const pooled = form.dropSpareRows(graph, graph.node('Add', [product, bias]), shape.poolerSize);
  return shape.poolerActivation === 'tanh' ? graph.node('Tanh', [pooled]) : pooled;
}

/** Patches times their weights, the class token before them, positions added: `[N, tokens, hidden]`. */
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
  return graph.node('Add', [padded, graph.constant('tokens', [1, tokens, hiddenSize], added)]);
}
