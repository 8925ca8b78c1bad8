// Owns the names and shapes of a ViTModel's tensors, as google/hear-pytorch and all others of the Hugging Face hub have them.
// Must not know what is computed with them. Source: modeling_vit.py of transformers, whose version 5 renames when it reads.
import type { VitShape } from './config.ts';

/** A tensor by its name, with the shape that PyTorch gives it: a linear layer's weights are `[outputs, inputs]`. */
export interface VitTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Rows of the sequence: one for each patch, and the class token's before them. */
export function tokenCount({ imageSize, patchSize }: VitShape): number {
  return 1 + (imageSize[0] / patchSize[0]) * (imageSize[1] / patchSize[1]);
}

/** Names of a layer's parts, for the layer's number from 0. */
export function layerNames(layer: number) {
  const prefix = `encoder.layer.${layer}`;
  return {
    normBefore: `${prefix}.layernorm_before`,
    query: `${prefix}.attention.attention.query`,
    key: `${prefix}.attention.attention.key`,
    value: `${prefix}.attention.attention.value`,
    attentionOutput: `${prefix}.attention.output.dense`,
    normAfter: `${prefix}.layernorm_after`,
    intermediate: `${prefix}.intermediate.dense`,
    output: `${prefix}.output.dense`,
  } as const;
}

export const EMBEDDING_NAMES = {
  classToken: 'embeddings.cls_token',
  positions: 'embeddings.position_embeddings',
  projection: 'embeddings.patch_embeddings.projection',
} as const;
export const FINAL_NORM = 'layernorm';
export const POOLER = 'pooler.dense';

/** A row for masked patches, which some checkpoints keep from their training and nothing here uses. */
export const UNUSED_TENSORS: readonly string[] = ['embeddings.mask_token'];

/** All tensors in the order of computation. */
export function vitTensors(shape: VitShape): VitTensor[] {
  const { hiddenSize, intermediateSize, patchSize } = shape;
  const linear = (name: string, outputs: number, inputs: number, hasBias = true): VitTensor[] => [
    { name: `${name}.weight`, shape: [outputs, inputs] },
    ...(hasBias ? [{ name: `${name}.bias`, shape: [outputs] }] : []),
  ];
  const norm = (name: string): VitTensor[] => [
    { name: `${name}.weight`, shape: [hiddenSize] },
    { name: `${name}.bias`, shape: [hiddenSize] },
  ];
  const layers = Array.from({ length: shape.layers }, (_, layer) => {
    const names = layerNames(layer);
    return [
      ...norm(names.normBefore),
      ...[names.query, names.key, names.value].flatMap((name) =>
        linear(name, hiddenSize, hiddenSize, shape.hasQkvBias),
      ),
      ...linear(names.attentionOutput, hiddenSize, hiddenSize),
      ...norm(names.normAfter),
      ...linear(names.intermediate, intermediateSize, hiddenSize),
      ...linear(names.output, hiddenSize, intermediateSize),
    ];
  });
  return [
    { name: EMBEDDING_NAMES.classToken, shape: [1, 1, hiddenSize] },
    { name: EMBEDDING_NAMES.positions, shape: [1, tokenCount(shape), hiddenSize] },
    { name: `${EMBEDDING_NAMES.projection}.weight`, shape: [hiddenSize, 1, patchSize[0], patchSize[1]] },
    { name: `${EMBEDDING_NAMES.projection}.bias`, shape: [hiddenSize] },
    ...layers.flat(),
    ...norm(FINAL_NORM),
    ...linear(POOLER, shape.poolerSize, hiddenSize),
  ];
}
