// Owns what config.json of a Hugging Face ViTModel says about its shape, and which of its forms are built here. Must not know
// any algorithm. Source of names and defaults: configuration_vit.py and modeling_vit.py of transformers 5.23.
import { z } from 'zod';

/** The shape of a vision transformer; all sizes are counts of numbers, pixels or layers. */
export interface VitShape {
  /** Rows and columns of the image. */
  readonly imageSize: readonly [rows: number, columns: number];
  readonly patchSize: readonly [rows: number, columns: number];
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly layerNormEpsilon: number;
  readonly hasQkvBias: boolean;
  readonly poolerSize: number;
  /** What follows the pooler's linear layer; linear is nothing. */
  readonly poolerActivation: 'linear' | 'tanh';
}

/** Characters of a wrong value that an error shows. */
const LONGEST_GOT = 80;

/** Names under which transformers knows the Gelu in the form with tanh. */
const TANH_GELUS = ['gelu_fast', 'gelu_new', 'gelu_pytorch_tanh'] as const;

const count = z.int().positive();
const pair = z.union([z.tuple([count, count]), count.transform((size): [number, number] => [size, size])]);

// Defaults are those of transformers where config.json leaves a field out. It has one for pooler_act too, tanh, but that one is
// not taken: upstream's own code for google/hear-pytorch says linear, and a wrong guess would give wrong numbers silently.
const schema = z.object({
  model_type: z.literal('vit').default('vit'),
  image_size: pair,
  patch_size: pair.default([16, 16]),
  num_channels: z.literal(1),
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: count,
  hidden_act: z.enum(TANH_GELUS),
  layer_norm_eps: z.number().positive(),
  qkv_bias: z.boolean().default(true),
  pooler_output_size: count,
  pooler_act: z.enum(['linear', 'tanh'], {
    error: 'expected "linear" or "tanh"; where it is missing, google/hear-pytorch means "linear"',
  }),
});

/**
 * Reads the text of config.json.
 * @throws Error that names the first field that does not fit.
 */
export function readVitConfig(text: string): VitShape {
  const parsed = schema.safeParse(parseJson(text), { reportInput: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const got = JSON.stringify(issue?.input) ?? 'nothing';
    throw new Error(`config.json: ${issue?.path.join('.')}: ${issue?.message}; got ${got.slice(0, LONGEST_GOT)}.`);
  }
  const config = parsed.data;
  const [rows, columns] = config.image_size;
  const [patchRows, patchColumns] = config.patch_size;
  if (rows % patchRows !== 0 || columns % patchColumns !== 0)
    throw new Error(
      `config.json: image_size: expected multiples of patch_size ${patchRows} × ${patchColumns}, got ${rows} × ${columns}.`,
    );
  if (config.hidden_size % config.num_attention_heads !== 0)
    throw new Error(
      `config.json: hidden_size: expected a multiple of num_attention_heads ${config.num_attention_heads}, got ${config.hidden_size}.`,
    );
  return {
    imageSize: config.image_size,
    patchSize: config.patch_size,
    hiddenSize: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    intermediateSize: config.intermediate_size,
    layerNormEpsilon: config.layer_norm_eps,
    hasQkvBias: config.qkv_bias,
    poolerSize: config.pooler_output_size,
    poolerActivation: config.pooler_act,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('config.json: expected JSON, got text that is none. Download it again.', { cause: error });
  }
}
