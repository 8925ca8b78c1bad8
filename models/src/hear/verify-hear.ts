// Owns the judgement of a model file: each clip alone, among others, and against the reference pipeline. Must not know the
// command line, nor how a report looks.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CPU } from '@predict-schemata/execution-providers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Comparison, compare } from '../compare.ts';
import { CLIP_SAMPLES } from '../front-end/settings.ts';
import { METADATA_KEYS, METADATA_KEYS_OF_IMPORT } from '../metadata.ts';
import { dataFileNames } from '../onnx/data-file.ts';
import { decodeModel } from '../onnx/wire-format.ts';
import { isVariant, type Variant } from '../vit/arithmetic.ts';
import { compareFrontEnds, type FrontEndComparison } from './compare-front-ends.ts';
import { computeAmongNeighbours, type Neighbourly } from './neighbours.ts';
import { computeReference, type ReferenceOptions } from './reference-embeddings.ts';
import { EMBEDDING_LENGTH } from './shape.ts';
import type { Sound } from './sounds.ts';

/** How far a variant's embeddings may be from the reference's. Upstream's own float32 is up to 4e-4 off a float64 one. */
export const TOLERANCES: Readonly<Record<Variant, { readonly relativeNorm: number; readonly cosine: number }>> = {
  fp32: { relativeNorm: 5e-4, cosine: 0.999999 },
  fp16: { relativeNorm: Number.POSITIVE_INFINITY, cosine: 0.9999 },
  int8: { relativeNorm: Number.POSITIVE_INFINITY, cosine: 0.999 },
};

const ALGORITHM = 'hear';

export interface VerifiedClip {
  readonly sound: string;
  /** Largest difference that neighbours in a batch make; 0 when all bits are the same. */
  readonly neighbourDifference: number;
  /** Among others against alone, on a device where a batch's size may change last bits. */
  readonly otherSize?: Comparison;
  /** Against the reference pipeline, where one was asked for. */
  readonly comparison?: Comparison;
  readonly passed: boolean;
}

export interface Verification {
  readonly variant: Variant;
  readonly executionProvider: string;
  readonly modelSha256: string;
  /** What the model states about itself, and whether its data and its sources are still those. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
  /** Versions of what the reference pipeline ran with. */
  readonly reference?: Readonly<Record<string, string>>;
  readonly clips: readonly VerifiedClip[];
  /** Against a front end of the user's, where one was given. */
  readonly frontEnd?: FrontEndComparison;
  readonly passed: boolean;
}

export interface VerifyOptions {
  readonly model: string;
  readonly sounds: readonly Sound[];
  /** What computes the model: one that is known to work here. */
  readonly executionProvider: string;
  /** The weights that the model was made from, and what computes with them. */
  readonly against?: ReferenceOptions;
  readonly note: (text: string) => void;
}

/** @throws Error when the file is no model of HeAR's signature, or the reference pipeline fails. */
export async function verifyHear(options: VerifyOptions): Promise<Verification> {
  const { model, sounds, executionProvider, against, note } = options;
  const { metadata, dataNames, modelSha256 } = await readFacts(model);
  demandHear(metadata, basename(model));
  const variant = variantOf(metadata);
  const damages = await dataProblems(model, metadata, dataNames);
  const problems = [...damages, ...(against === undefined ? [] : await sourceProblems(against.folder, metadata))];
  note(`Computing ${sounds.length} clips with the model, each alone and among others.`);
  const computed = await computeEmbeddings(model, sounds, executionProvider).catch((error: unknown) => {
    // Data that is missing or cut off is why it cannot be loaded.
    throw damages.length === 0 ? error : new Error(damages.join('\n'), { cause: error });
  });
  const alone = computed.map((clip) => clip.alone);
  if (against !== undefined) note('Computing them with PyTorch and transformers in float64.');
  const reference = against && (await computeReference(sounds, against));
  const frontEnd =
    against?.frontEnd === undefined || reference?.frontEnds === undefined
      ? undefined
      : await compareFrontEnds(against.frontEnd, reference.frontEnds, { embeddings: alone, metadata }, sounds);
  const { relativeNorm, cosine } = TOLERANCES[variant];
  const isClose = (comparison: Comparison | undefined) =>
    comparison === undefined || (comparison.relativeNorm <= relativeNorm && comparison.cosine >= cosine);
  const clips = sounds.map(({ name }, index): VerifiedClip => {
    const { neighbourDifference = Number.NaN, otherSize } = computed[index] ?? {};
    const comparison = reference && compare(alone[index] ?? [], reference.embeddings[index] ?? []);
    const isNear = [comparison, frontEnd?.clips[index]?.embedding, otherSize].every(isClose);
    return {
      sound: name,
      neighbourDifference,
      ...(otherSize && { otherSize }),
      ...(comparison && { comparison }),
      passed: isNear && neighbourDifference === 0,
    };
  });
  return {
    variant,
    executionProvider,
    modelSha256,
    metadata,
    problems,
    ...(reference && { reference: reference.versions }),
    clips,
    ...(frontEnd && { frontEnd }),
    passed: problems.length === 0 && clips.every(({ passed }) => passed),
  };
}

async function readFacts(path: string) {
  const bytes = await readFile(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new Error(`Expected a readable model ${basename(path)}, got ${code}.`, { cause: error });
  });
  try {
    const model = decodeModel(bytes);
    return {
      metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
      dataNames: dataFileNames(model),
      modelSha256: createHash('sha256').update(bytes).digest('hex'),
    };
  } catch (error) {
    throw new Error(`Expected an ONNX model, ${basename(path)} is none.`, { cause: error });
  }
}

/** A model that says nothing of its algorithm is judged by its signature. */
function demandHear(metadata: Readonly<Record<string, string>>, file: string): void {
  const algorithm = metadata[METADATA_KEYS.algorithm] ?? ALGORITHM;
  if (algorithm !== ALGORITHM)
    throw new Error(`Expected a model of ${ALGORITHM}, ${file} says that it is one of ${JSON.stringify(algorithm)}.`);
}

/** A model that says nothing is held to the strictest tolerance. */
function variantOf(metadata: Readonly<Record<string, string>>): Variant {
  const variant = metadata[METADATA_KEYS_OF_IMPORT.variant] ?? 'fp32';
  return isVariant(variant) ? variant : 'fp32';
}

async function dataProblems(
  model: string,
  metadata: Readonly<Record<string, string>>,
  names: ReadonlySet<string>,
): Promise<string[]> {
  const wanted = metadata[METADATA_KEYS_OF_IMPORT.dataSha256];
  const [name] = names;
  if (wanted === undefined || name === undefined) return [];
  const got = await sha256Of(join(dirname(model), name));
  return got === wanted ? [] : [`${name}: expected SHA-256 ${wanted}, got ${got}. Import the model again.`];
}

async function sourceProblems(folder: string, metadata: Readonly<Record<string, string>>): Promise<string[]> {
  const lines = metadata[METADATA_KEYS_OF_IMPORT.sources]?.split('\n') ?? [];
  const problems: string[] = [];
  for (const line of lines) {
    const [wanted, name = ''] = line.split('  ');
    const got = await sha256Of(join(folder, basename(name)));
    if (got !== wanted)
      problems.push(`${name}: expected SHA-256 ${wanted}, of which the model was made, got ${got}. Give that folder.`);
  }
  return problems;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'none';
  }
}

async function computeEmbeddings(
  model: string,
  sounds: readonly Sound[],
  executionProvider: string,
): Promise<Neighbourly[]> {
  const session = await InferenceSession.create(model, { executionProviders: [executionProvider] }).catch(
    (error: unknown) => {
      throw new Error(`Expected a model that onnxruntime can load, ${basename(model)} is none.`, { cause: error });
    },
  );
  try {
    demandSignature(session, basename(model));
    const run = async (rows: readonly Float32Array[]): Promise<Float32Array[]> => {
      const x = new Float32Array(rows.length * CLIP_SAMPLES);
      for (const [row, clip] of rows.entries()) x.set(clip, row * CLIP_SAMPLES);
      const { embedding } = await session.run({ x: new Tensor('float32', x, [rows.length, CLIP_SAMPLES]) });
      const values = embedding?.data;
      if (!(values instanceof Float32Array)) throw new Error('Expected an embedding of float32 numbers.');
      return rows.map((_, row) => values.slice(row * EMBEDDING_LENGTH, (row + 1) * EMBEDDING_LENGTH));
    };
    const clips = sounds.map(({ clip }) => clip);
    return await computeAmongNeighbours(run, clips, executionProvider !== CPU);
  } finally {
    await session.release();
  }
}

function demandSignature({ inputMetadata, outputMetadata }: InferenceSession, file: string): void {
  const hasForm = (values: readonly InferenceSession.ValueMetadata[], name: string, length: number) => {
    const [value] = values;
    return (
      values.length === 1 &&
      value?.isTensor &&
      value.name === name &&
      value.type === 'float32' &&
      value.shape[1] === length
    );
  };
  if (!hasForm(inputMetadata, 'x', CLIP_SAMPLES) || !hasForm(outputMetadata, 'embedding', EMBEDDING_LENGTH))
    throw new Error(
      `Model ${file}: expected one input x [N,${CLIP_SAMPLES}] and one output embedding [N,${EMBEDDING_LENGTH}].`,
    );
}
