// Owns what a measurement has to know of a model before it runs: what it says of itself, its size, and what to feed it. Must not measure.
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CLIP_SAMPLES, FRONT_END_VERSION } from '../front-end/settings.ts';
import { METADATA_KEYS, METADATA_KEYS_OF_IMPORT } from '../metadata.ts';
import { dataFileNames } from '../onnx/data-file.ts';
import { decodeModel } from '../onnx/wire-format.ts';
import { uniformGenerator } from '../seeded-random.ts';
import { isVariant, type Variant } from '../vit/arithmetic.ts';
import { type FormName, isFormName } from '../vit/form.ts';

export interface ModelFacts {
  readonly path: string;
  readonly file: string;
  readonly variant: Variant;
  /** Undefined when the model says nothing of it, as one of another tool. */
  readonly form: FormName | undefined;
  readonly hasKnownFrontEnd: boolean;
  /** With its data. */
  readonly bytes: number;
}

/** @throws Error when the file is no model, or its data is not beside it. */
export async function readFacts(path: string): Promise<ModelFacts> {
  const file = basename(path);
  const bytes = await readFile(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new Error(`Expected a readable model ${file}, got ${code}.`, { cause: error });
  });
  try {
    const model = decodeModel(bytes);
    const metadata = new Map(model.metadataProps.map(({ key, value }) => [key, value]));
    const variant = metadata.get(METADATA_KEYS_OF_IMPORT.variant) ?? 'fp32';
    const form = metadata.get(METADATA_KEYS_OF_IMPORT.form) ?? '';
    const sizes = [...dataFileNames(model)].map(async (name) => (await stat(join(dirname(path), name))).size);
    return {
      path,
      file,
      variant: isVariant(variant) ? variant : 'fp32',
      form: isFormName(form) ? form : undefined,
      hasKnownFrontEnd:
        metadata.get(METADATA_KEYS.algorithm) === 'hear' &&
        metadata.get(METADATA_KEYS.frontEndVersion) === FRONT_END_VERSION,
      bytes: (await Promise.all(sizes)).reduce((sum, size) => sum + size, bytes.byteLength),
    };
  } catch (error) {
    throw new Error(`Expected an ONNX model with its data beside it, ${file} is none.`, { cause: error });
  }
}

/** A clip of seeded noise: what it holds makes no difference to the time. */
export function noise(): Float32Array {
  const uniform = uniformGenerator(1);
  return Float32Array.from({ length: CLIP_SAMPLES }, () => uniform() - 0.5);
}
