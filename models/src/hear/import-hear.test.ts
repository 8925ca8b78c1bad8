// Shows that an imported model computes what its weights say, in every variant, for each clip by itself; that a folder which does
// not fit is refused; and that an earlier model survives that.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadModel, type RunRows } from '../../test/run-model.ts';
import { referenceEmbedding, type SmallHear, writeSmallHear } from '../../test/small-hear.ts';
import { disturb, sounds } from '../../test/synthetic-sounds.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { compare } from '../compare.ts';
import { decodeModel } from '../onnx/wire-format.ts';
import type { Variant } from '../vit/arithmetic.ts';
import type { FormName } from '../vit/form.ts';
import { importHear } from './import-hear.ts';

const root = temporaryFolder('import-hear');
const download = writeSmallHear(join(root, 'download'));
const clips = {
  noise: sounds.noise(1, 0),
  speech: disturb(sounds.speechLike(2, 0.1), 1, 0.001, 3),
  tone: sounds.tone(3, 0.2),
  clicks: sounds.clicks(4, 0),
  quiet: disturb(sounds.chirp(5, 0), 1e-3, 0.01, 6),
};

/** The slow computation is done once for each sound. */
const wanted = Object.fromEntries(
  Object.entries(clips).map(([name, clip]) => [name, referenceEmbedding(download, clip)]),
);
const SOUNDS = ['noise', 'speech', 'tone', 'clicks', 'quiet'] as const;
const want = (name: (typeof SOUNDS)[number]) => wanted[name] ?? new Float64Array();

let folders = 0;
/** A new folder for models. */
function outFolder(): string {
  folders += 1;
  const folder = join(root, `out-${folders}`);
  mkdirSync(folder);
  return folder;
}

async function importFrom(
  folder: string,
  variant: Variant = 'fp32',
  out = join(outFolder(), 'hear.onnx'),
  form: FormName = 'plain',
) {
  return { out, ...(await importHear({ folder, out, variant, form })) };
}

/** Every model that an import can make. */
const KINDS: readonly { variant: Variant; form: FormName }[] = [
  { variant: 'fp32', form: 'plain' },
  { variant: 'fp16', form: 'plain' },
  { variant: 'int8', form: 'plain' },
  { variant: 'fp32', form: 'fused' },
  { variant: 'fp16', form: 'fused' },
];

/** Measured in both forms: fp32 2e-5 on the tone and 1e-6 on others, of which the front end's rounding is the most; fp16 5e-4; int8 1.7e-2. */
const LARGEST_ERROR = { fp32: 5e-5, fp16: 1e-3, int8: 3e-2 } as const;
const SMALLEST_COSINE = { fp32: 0.999999, fp16: 0.9999, int8: 0.999 } as const;

describe.each(KINDS)('$variant, $form', ({ variant, form }) => {
  let run: RunRows;
  let runMapped: RunRows;
  beforeAll(async () => {
    const { out } = await importFrom(download, variant, undefined, form);
    run = await loadModel(out);
    // As the server's --weights shared.
    runMapped = await loadModel(out, { extra: { session: { disable_prepacking: '1' } } });
  });

  test.each(SOUNDS)('agrees with the float64 computation on %s', async (sound) => {
    const [embedding = new Float32Array()] = await run([clips[sound]]);
    const { relativeNorm, cosine } = compare(embedding, want(sound));
    expect(relativeNorm).toBeLessThan(LARGEST_ERROR[variant]);
    expect(cosine).toBeGreaterThan(SMALLEST_COSINE[variant]);
  });

  test.each([
    { weights: 'laid out anew', of: () => run },
    { weights: 'as they are in the file', of: () => runMapped },
  ])('a clip has the same embedding to the last bit alone and among others, with weights $weights', async ({ of }) => {
    const rows = Object.values(clips);
    const together = await of()(rows);
    for (const [row, clip] of rows.entries()) expect(await of()([clip])).toEqual([together[row]]);
    expect(await of()(rows.toReversed())).toEqual(together.toReversed());
  });

  test('silence has an embedding', async () => {
    const [embedding = new Float32Array()] = await run([new Float32Array(32_000)]);
    expect(embedding.every(Number.isFinite)).toBe(true);
  });
});

test('the float64 computation tells sounds apart, so that agreement means something', () => {
  const { cosine } = compare(want('speech'), want('tone'));
  expect(cosine).toBeLessThan(0.95);
});

test.each<SmallHear>([{ files: 3 }, { type: 'F16' }, { type: 'BF16', files: 2 }])(
  'a download as %o is imported as well',
  async (options) => {
    const folder = writeSmallHear(join(root, JSON.stringify(options).replaceAll(/\W/g, '-')), options);
    const { out } = await importFrom(folder);
    const run = await loadModel(out);
    const [embedding = new Float32Array()] = await run([clips.speech]);
    expect(compare(embedding, referenceEmbedding(folder, clips.speech)).relativeNorm).toBeLessThan(5e-5);
  },
);

test('a pooler with tanh, layers without bias for query, key and value, and unused tensors are understood', async () => {
  const folder = writeSmallHear(join(root, 'other-forms'), {
    config: { qkv_bias: false, pooler_act: 'tanh' },
    change: (tensors) => [
      ...tensors.filter(({ name }) => !/attention\.attention\.\w+\.bias$/.test(name)),
      { name: 'embeddings.mask_token', shape: [1, 1, 64], values: () => new Float32Array(64) },
    ],
  });
  const reference = referenceEmbedding(folder, clips.noise);
  for (const form of ['plain', 'fused'] as const) {
    const run = await loadModel((await importFrom(folder, 'fp32', undefined, form)).out);
    const [embedding = new Float32Array()] = await run([clips.noise]);
    expect(compare(embedding, reference).relativeNorm).toBeLessThan(5e-5);
  }
  // The reference has read the same config.json.
  expect(reference.every((value) => Math.abs(value) < 1)).toBe(true);
});

describe.each(['fp32', 'fp16'] as const)('%s', (variant) => {
  test('both forms give the same numbers, but for rounding, with one operator for several', async () => {
    const [plain, fused] = await Promise.all(
      (['plain', 'fused'] as const).map((form) => importFrom(download, variant, undefined, form)),
    );
    const rows = Object.values(clips);
    const embeddings = await Promise.all(
      [plain, fused].map(async (model) => (await loadModel(model?.out ?? ''))(rows)),
    );
    for (const [row] of rows.entries()) {
      const [ofPlain = [], ofFused = []] = embeddings.map((all) => all[row]);
      const { relativeNorm, cosine } = compare(ofFused, ofPlain);
      expect(relativeNorm).toBeLessThan(LARGEST_ERROR[variant]);
      expect(cosine).toBeGreaterThan(SMALLEST_COSINE[variant]);
    }
    const operators = (path = '') => decodeModel(readFileSync(path)).graph.node.map(({ opType }) => opType);
    const count = (path: string | undefined, operator: string) =>
      operators(path).filter((own) => own === operator).length;
    // Two layers: an attention and two normalisations with sums in each, and the one before the first layer.
    expect(count(fused?.out, 'MultiHeadAttention')).toBe(2);
    expect(count(fused?.out, 'SkipLayerNormalization')).toBe(4);
    expect(count(fused?.out, 'LayerNormalization')).toBe(1);
    expect(count(fused?.out, 'Softmax')).toBe(0);
    expect(count(plain?.out, 'MultiHeadAttention')).toBe(0);
    expect(count(plain?.out, 'LayerNormalization')).toBe(5);
  });

  test.each([{ heads: 1 }, { heads: 2 }, { heads: 16 }])(
    'the fused form understands $heads heads',
    async ({ heads }) => {
      const folder = writeSmallHear(join(root, `heads-${heads}-${variant}`), {
        config: { num_attention_heads: heads },
      });
      const run = await loadModel((await importFrom(folder, variant, undefined, 'fused')).out);
      const rows = [clips.speech, clips.noise];
      const together = await run(rows);
      for (const [row, clip] of rows.entries()) {
        expect(await run([clip])).toEqual([together[row]]);
        const { relativeNorm, cosine } = compare(together[row] ?? [], referenceEmbedding(folder, clip));
        expect(relativeNorm).toBeLessThan(LARGEST_ERROR[variant]);
        expect(cosine).toBeGreaterThan(SMALLEST_COSINE[variant]);
      }
    },
  );
});

test('int8 in the fused form is refused before anything is read', async () => {
  await expect(importFrom(join(root, 'nowhere'), 'int8', undefined, 'fused')).rejects.toThrow(
    'Form fused: expected the variant fp32 or fp16, got int8, which is for CPUs. Choose the form plain, or another variant.',
  );
});

test('the file says what it is and what it was made from', async () => {
  const { out, sha256, dataName } = await importFrom(download, 'int8');
  const bytes = readFileSync(out);
  const hash = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
  expect(hash(bytes)).toBe(sha256);
  const { metadataProps } = decodeModel(bytes);
  const sources = ['config.json', 'model.safetensors'].map((name) => [name, hash(readFileSync(join(download, name)))]);
  expect(Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]))).toEqual({
    algorithm: 'hear',
    name: 'hear-seeded',
    display_name: 'HeAR architecture with seeded weights int8 (untrained)',
    version: '1',
    development: 'true',
    front_end_version: '1',
    variant: 'int8',
    form: 'plain',
    sources_sha256: sources.map(([name, digest]) => `${digest}  ${name}`).join('\n'),
    data_sha256: hash(readFileSync(join(out, '..', dataName))),
  });
});

test('the file says in which form it is', async () => {
  const { out } = await importFrom(download, 'fp16', undefined, 'fused');
  expect(decodeModel(readFileSync(out)).metadataProps).toContainEqual({ key: 'form', value: 'fused' });
});

test('weights that do not say that they are untrained are HeAR', async () => {
  const folder = writeSmallHear(join(root, 'trained'), { config: { untrained: undefined } });
  const { metadataProps } = decodeModel(readFileSync((await importFrom(folder)).out));
  expect(metadataProps).toContainEqual({ key: 'display_name', value: 'HeAR' });
  expect(metadataProps).toContainEqual({ key: 'development', value: 'false' });
});

test('the same folder gives the same bytes, and a second import leaves one model with one data file', async () => {
  const first = await importFrom(download);
  const second = await importFrom(download);
  expect(readFileSync(second.out).equals(readFileSync(first.out))).toBe(true);
  expect(second.dataName).toBe(first.dataName);
  const again = await importFrom(download, 'fp32', first.out);
  expect(readdirSync(join(first.out, '..')).toSorted()).toEqual(['hear.onnx', again.dataName]);
  const other = await importFrom(download, 'int8', first.out);
  expect(other.dataName).not.toBe(again.dataName);
  expect(readdirSync(join(first.out, '..')).toSorted()).toEqual(['hear.onnx', other.dataName]);
});

test('what a killed import left behind is removed, what a running one writes is not', async () => {
  const folder = outFolder();
  // No system gives out a process id as large as the first; the second is that of the test runner.
  const abandoned = '.model-data.2147483647.0a1b.tmp';
  const inWork = `.model-data.${process.ppid}.0a1b.tmp`;
  for (const name of [abandoned, inWork]) writeFileSync(join(folder, name), '');
  const { dataName } = await importFrom(download, 'fp32', join(folder, 'hear.onnx'));
  expect(readdirSync(folder).toSorted()).toEqual([inWork, 'hear.onnx', dataName]);
});

test.each(['plain', 'fused'] as const)('progress counts every tensor, %s', async (form) => {
  const calls: [number, number][] = [];
  const out = join(outFolder(), 'hear.onnx');
  await importHear({ folder: download, out, variant: 'fp32', form, onProgress: (...call) => calls.push(call) });
  const [, total] = calls[0] ?? [];
  expect(calls).toEqual(Array.from({ length: (total ?? 0) + 1 }, (_, done) => [done, total]));
});

const without = (name: string) => (tensors: Parameters<NonNullable<SmallHear['change']>>[0]) =>
  tensors.filter((tensor) => tensor.name !== name);

describe('a folder that does not fit is refused, and the earlier model stays', () => {
  test.each<{ given: string; options?: SmallHear; spoil?: (folder: string) => void; want: string }>([
    {
      given: 'no config.json',
      spoil: (folder) => rmSync(join(folder, 'config.json')),
      want: 'Expected a folder with config.json and the weights, reading config.json gave ENOENT',
    },
    {
      given: 'another image',
      options: { config: { image_size: [224, 224] } },
      want: 'config.json: image_size: expected 192 × 128, the spectrogram of HeAR, got 224 × 224',
    },
    {
      given: 'another embedding',
      options: { config: { pooler_output_size: 1024 } },
      want: 'config.json: pooler_output_size: expected 512, the embedding of HeAR, got 1024',
    },
    {
      given: 'a tensor too few',
      options: { change: without('encoder.layer.1.layernorm_after.bias') },
      want: 'Expected a tensor encoder.layer.1.layernorm_after.bias [64], the checkpoint has none',
    },
    {
      given: 'a tensor too many',
      options: {
        change: (all) => [...all, { name: 'encoder.layer.2.extra', shape: [1], values: () => Float32Array.of(1) }],
      },
      want: 'Tensor encoder.layer.2.extra: expected only those of a ViTModel as config.json describes it',
    },
    {
      given: 'fewer layers in the configuration than in the weights',
      options: { config: { num_hidden_layers: 1 } },
      want: 'Tensor encoder.layer.1.',
    },
    {
      given: 'another hidden size',
      options: { config: { hidden_size: 32 } },
      want: 'Tensor embeddings.cls_token: expected the shape [1, 1, 32], got [1, 1, 64]',
    },
    {
      given: 'a truncated file',
      spoil: (folder) => truncateSync(join(folder, 'model.safetensors'), 500_000),
      want: 'model.safetensors is no complete safetensors file: expected 628',
    },
    {
      given: 'a number that is none, found in the middle of the work',
      options: {
        change: (all) =>
          all.map((tensor) =>
            tensor.name === 'pooler.dense.bias' ? { ...tensor, values: () => new Float32Array(512).fill(NaN) } : tensor,
          ),
      },
      want: 'Tensor pooler.dense.bias: expected finite numbers, got NaN at place 0',
    },
  ])('$given', async ({ given, options, spoil, want }) => {
    const { out, dataName } = await importFrom(download);
    const earlier = readFileSync(out);
    const folder = writeSmallHear(join(root, given.replaceAll(/\W/g, '-')), options);
    spoil?.(folder);
    await expect(importFrom(folder, 'fp32', out)).rejects.toThrow(want);
    expect(readFileSync(out).equals(earlier)).toBe(true);
    expect(readdirSync(join(out, '..')).toSorted()).toEqual(['hear.onnx', dataName]);
  });
});

test('numbers beyond the range of float16 are refused for fp16, and taken for fp32', async () => {
  const folder = writeSmallHear(join(root, 'large'), {
    change: (all) =>
      all.map((tensor) =>
        tensor.name === 'encoder.layer.0.output.dense.bias'
          ? { ...tensor, values: () => new Float32Array(64).fill(70_000) }
          : tensor,
      ),
  });
  const { out } = await importFrom(folder);
  expect((await loadModel(out).then((run) => run([clips.noise])))[0]).toHaveLength(512);
  await expect(importFrom(folder, 'fp16')).rejects.toThrow(
    'Tensor encoder.layer.0.output.dense.bias: expected numbers within ±65504 for fp16, got',
  );
});
