// Shows that an import holds a few tensors in memory at a time and never the weights: its peak does not grow with their number.
import { execFile } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeCheckpoint } from '../safetensors/write.ts';
import { VARIANTS } from '../vit/arithmetic.ts';
import { readVitConfig } from '../vit/config.ts';
import { vitTensors } from '../vit/tensors.ts';
import { HEAR_CONFIG } from './shape.ts';

const root = temporaryFolder('import-memory');
const program = fileURLToPath(new URL('../../test/import-and-weigh.ts', import.meta.url));

/** 12.6 MB of float32 in a layer, the largest tensor 4.2 MB. */
const LAYER = { hidden_size: 512, num_attention_heads: 8, intermediate_size: 2048 };

function weightsOf(layers: number) {
  const folder = join(root, `layers-${layers}`);
  mkdirSync(folder);
  const config = JSON.stringify({ ...HEAR_CONFIG, ...LAYER, num_hidden_layers: layers });
  writeFileSync(join(folder, 'config.json'), config);
  const tensors = vitTensors(readVitConfig(config)).map((tensor) => ({
    ...tensor,
    values: () => new Float32Array(tensor.shape.reduce((product, dim) => product * dim, 1)).fill(0.01),
  }));
  writeCheckpoint(folder, tensors, { type: 'F32', files: 1 });
  return { folder, bytes: statSync(join(folder, 'model.safetensors')).size };
}

const [few, many] = [weightsOf(2), weightsOf(24)];

/** Of the whole process, Node itself with its 60 MB included. */
async function peakBytes(folder: string, variant: string, form: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    folder,
    join(root, `${variant}-${form}.onnx`),
    variant,
    form,
  ]);
  return Number(stdout);
}

// On a busy machine most of the time goes into writing the files.
test.each([...VARIANTS.map((variant) => ({ variant, form: 'plain' })), { variant: 'fp16', form: 'fused' }])(
  'of $variant, $form',
  { timeout: 120_000 },
  async ({ variant, form }) => {
    const [least, most] = [await peakBytes(few.folder, variant, form), await peakBytes(many.folder, variant, form)];
    // Measured: 8 to 31 MB more for 277 MB of weights, memory that Node has not yet taken back.
    expect(most - least).toBeLessThan((many.bytes - few.bytes) / 3);
  },
);
