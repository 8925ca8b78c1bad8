// Holds the count of operations to a plain computation of the architecture's products.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeSmallHear } from '../../test/small-hear.ts';
import { sounds } from '../../test/synthetic-sounds.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { importHear } from '../hear/import-hear.ts';
import { VARIANTS } from '../vit/arithmetic.ts';
import { countOperations, sumOperations } from './operations.ts';

const root = temporaryFolder('operations');
const download = writeSmallHear(join(root, 'download'));

/**
 * 97 tokens of 64 numbers, 256 inside, 4 heads; the last layer needs one row of its queries and what follows them, and has a spare one,
 * which goes through the fused form's attention too.
 */
function transformerOperations(lastQueries: number): number {
  const [tokens, hidden, inside] = [97, 64, 256];
  const patches = 96 * 256 * hidden;
  const layer = (rows: number, queries: number) =>
    2 * tokens * hidden * hidden +
    2 * rows * hidden * hidden +
    2 * queries * tokens * hidden +
    2 * rows * hidden * inside;
  return 2 * (patches + layer(tokens, tokens) + layer(2, lastQueries) + 2 * hidden * 512);
}

/** 200 frames of 400 samples, folded, times the cosines and sines of 199 bins; 128 mel bands of them; smoothed over time; resized to 192. */
const FRONT_END_OPERATIONS = 2 * (2 * 200 * 200 * 199 + 200 * 199 * 128 + 200 * 200 * 128 + 192 * 200 * 128);

test.each([
  ...VARIANTS.map((variant) => ({ variant, form: 'plain' as const })),
  { variant: 'fp32' as const, form: 'fused' as const },
  { variant: 'fp16' as const, form: 'fused' as const },
])('of a small model, $variant and $form, are those of its products', async ({ variant, form }) => {
  const out = join(root, `${variant}-${form}.onnx`);
  await importHear({ folder: download, out, variant, form });
  const counted = (await countOperations(out, sounds.noise(1, 0))) ?? Number.NaN;
  const frontEnd = counted - transformerOperations(form === 'plain' ? 1 : 2);
  // The same in every variant: it is never in another arithmetic.
  expect(frontEnd).toBe(FRONT_END_OPERATIONS);
});

test('a convolution makes the count unknown, rather than too low', () => {
  const product = { operator: 'MatMul', inputs: [[2, 3]], outputs: [[2, 5]] };
  expect(sumOperations([product])).toBe(60);
  expect(
    sumOperations([product, { operator: 'FusedConv', inputs: [[1, 2, 3]], outputs: [[1, 2, 3]] }]),
  ).toBeUndefined();
  // Packed, as other tools may write it: its shapes say something else.
  const packed = { operator: 'MultiHeadAttention', inputs: [[2, 5, 4, 3, 8]], outputs: [[2, 5, 32]] };
  expect(sumOperations([product, packed])).toBeUndefined();
});
