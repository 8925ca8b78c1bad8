// Owns the shape of google/hear-pytorch, and which transformers may follow HeAR's front end. Source: upstream's notebook
// quick_start_with_hugging_face_pytorch, which gives the same numbers to ViTConfig.
import { MEL_BANDS, RESIZED_FRAMES } from '../front-end/settings.ts';
import type { VitShape } from '../vit/config.ts';

/** Length of the embedding. */
export const EMBEDDING_LENGTH = 512;

/** config.json of the full-size model, by the names of transformers. */
export const HEAR_CONFIG = {
  architectures: ['ViTModel'],
  model_type: 'vit',
  image_size: [RESIZED_FRAMES, MEL_BANDS],
  patch_size: 16,
  num_channels: 1,
  hidden_size: 1024,
  num_hidden_layers: 24,
  num_attention_heads: 16,
  intermediate_size: 4096,
  hidden_act: 'gelu_fast',
  hidden_dropout_prob: 0,
  attention_probs_dropout_prob: 0,
  layer_norm_eps: 1e-6,
  qkv_bias: true,
  encoder_stride: 16,
  pooler_act: 'linear',
  pooler_output_size: EMBEDDING_LENGTH,
} as const;

/** The same architecture in a size for tests: 2 layers, 64 hidden. */
export const SMALL_HEAR_CONFIG = {
  ...HEAR_CONFIG,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 256,
} as const;

/** Field of config.json by which seeded weights say that they are not trained. */
export const UNTRAINED_FIELD = 'untrained';

/** @throws Error when the transformer does not take HeAR's spectrogram or does not give its embedding. */
export function checkHearShape({ imageSize, poolerSize }: VitShape): void {
  const [rows, columns] = imageSize;
  if (rows !== RESIZED_FRAMES || columns !== MEL_BANDS)
    throw new Error(
      `config.json: image_size: expected ${RESIZED_FRAMES} × ${MEL_BANDS}, the spectrogram of HeAR, got ${rows} × ${columns}.`,
    );
  if (poolerSize !== EMBEDDING_LENGTH)
    throw new Error(
      `config.json: pooler_output_size: expected ${EMBEDDING_LENGTH}, the embedding of HeAR, got ${poolerSize}.`,
    );
}
