// Shows which config.json is read how, and that the first field that does not fit is named.
import { expect, test } from 'vitest';
import { HEAR_CONFIG } from '../hear/shape.ts';
import { readVitConfig } from './config.ts';

test('the shape of google/hear-pytorch is read field by field', () => {
  expect(readVitConfig(JSON.stringify({ ...HEAR_CONFIG, transformers_version: '4.50.0' }))).toEqual({
    imageSize: [192, 128],
    patchSize: [16, 16],
    hiddenSize: 1024,
    layers: 24,
    heads: 16,
    intermediateSize: 4096,
    layerNormEpsilon: 1e-6,
    hasQkvBias: true,
    poolerSize: 512,
    poolerActivation: 'linear',
  });
});

test.each([
  { given: { image_size: 64 }, want: { imageSize: [64, 64] } },
  { given: { patch_size: [32, 16] }, want: { patchSize: [32, 16] } },
  { given: { patch_size: undefined, qkv_bias: undefined }, want: { patchSize: [16, 16], hasQkvBias: true } },
  { given: { hidden_act: 'gelu_new', pooler_act: 'tanh' }, want: { poolerActivation: 'tanh' } },
])('$given gives $want', ({ given, want }) => {
  expect(readVitConfig(JSON.stringify({ ...HEAR_CONFIG, ...given }))).toMatchObject(want);
});

test.each([
  {
    given: { hidden_size: undefined },
    want: 'hidden_size: Invalid input: expected number, received undefined; got nothing',
  },
  { given: { hidden_size: '1024' }, want: 'hidden_size' },
  { given: { num_hidden_layers: 0 }, want: 'num_hidden_layers' },
  { given: { num_channels: 3 }, want: 'num_channels: Invalid input: expected 1; got 3' },
  { given: { hidden_act: 'gelu' }, want: 'hidden_act' },
  { given: { pooler_act: undefined }, want: 'pooler_act: expected "linear" or "tanh"; where it is missing' },
  { given: { layer_norm_eps: -1 }, want: 'layer_norm_eps' },
  { given: { model_type: 'bert' }, want: 'model_type' },
  { given: { image_size: [100, 128] }, want: 'image_size: expected multiples of patch_size 16 × 16, got 100 × 128' },
  { given: { num_attention_heads: 15 }, want: 'hidden_size: expected a multiple of num_attention_heads 15, got 1024' },
])('$given is refused', ({ given, want }) => {
  expect(() => readVitConfig(JSON.stringify({ ...HEAR_CONFIG, ...given }))).toThrow(`config.json: ${want}`);
});

test.each(['', 'null', '[]', '{'])('%j is refused', (text) => {
  expect(() => readVitConfig(text)).toThrow('config.json: ');
});
