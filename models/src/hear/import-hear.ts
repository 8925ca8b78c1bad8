// Owns the way from a folder of google/hear-pytorch to one ONNX model with its data beside it. Must not know the command line.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { addFrontEnd } from '../front-end/graph.ts';
import { CLIP_SAMPLES, FRONT_END_VERSION } from '../front-end/settings.ts';
import { METADATA_KEYS_OF_IMPORT, type ModelFacts, toMetadata } from '../metadata.ts';
import { DataFile, dataFileNames, withDataFile } from '../onnx/data-file.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { decodeModel, encodeModel } from '../onnx/wire-format.ts';
import { Checkpoint } from '../safetensors/checkpoint.ts';
import { ARITHMETICS, MICROSOFT_DOMAIN, type Variant } from '../vit/arithmetic.ts';
import { readVitConfig, type VitShape } from '../vit/config.ts';
import { demandForm, FORMS, type FormName } from '../vit/form.ts';
import { addVit } from '../vit/graph.ts';
import { UNUSED_TENSORS, vitTensors } from '../vit/tensors.ts';
import { writeAtomically } from '../write-atomically.ts';
import { checkHearShape, EMBEDDING_LENGTH, UNTRAINED_FIELD } from './shape.ts';

export interface ImportOptions {
  /** Folder with config.json and model.safetensors, or its index and shards. */
  readonly folder: string;
  /** The ONNX file to write; its folder has to exist. */
  readonly out: string;
  readonly variant: Variant;
  /** How the transformer is written; plain when absent. */
  readonly form?: FormName;
  /** Called before the first tensor and after each one. */
  readonly onProgress?: (doneTensors: number, totalTensors: number) => void;
}

export interface ImportedModel {
  readonly bytes: number;
  readonly sha256: string;
  readonly dataName: string;
  readonly dataBytes: number;
  readonly parameters: number;
}

const CONFIG_FILE = 'config.json';

/** An earlier model of more bytes than this has its weights inside and no data file to look for. */
const LARGEST_MODEL_WITH_DATA_BYTES = 1 << 28;

/**
 * Reads every tensor once, as it is written out; at no time does more than a few stand in memory. The data file comes into its
 * place first and the model last, so that an earlier model stays whole until the new one is; its data is removed after that.
 * @throws Error that names the first thing in the folder that does not fit. Nothing is left behind then.
 */
export async function importHear(options: ImportOptions): Promise<ImportedModel> {
  const { folder, out, variant, form = 'plain', onProgress } = options;
  demandForm(form, variant);
  const configText = await readConfig(folder);
  const shape = readVitConfig(configText);
  checkHearShape(shape);
  using checkpoint = Checkpoint.open(folder);
  const parameters = checkTensors(checkpoint, shape);
  const sources = await hashSources(folder, [CONFIG_FILE, ...checkpoint.fileNames]);

  using data = new DataFile(out);
  const graph = new GraphBuilder('hear', { externalData: data, domains: { [MICROSOFT_DOMAIN]: 1 } });
  const spectrogram = addFrontEnd(graph, graph.input('x', ['N', CLIP_SAMPLES]));
  const total = vitTensors(shape).length;
  let done = 0;
  onProgress?.(done, total);
  const read = (name: string, tensorShape: readonly number[]) => {
    const values = checkpoint.read(name, tensorShape);
    done += 1;
    onProgress?.(done, total);
    return values;
  };
  const pooled = addVit(graph, spectrogram, { shape, arithmetic: ARITHMETICS[variant], form: FORMS[form], read });
  graph.node('Identity', [pooled], {}, { output: 'embedding' });
  graph.output('embedding', ['N', EMBEDDING_LENGTH]);

  const { sha256: dataSha256, name: dataName, bytes: dataBytes } = data.finish(basename(out));
  const metadata = {
    ...toMetadata(factsOf(variant, isUntrained(configText))),
    [METADATA_KEYS_OF_IMPORT.variant]: variant,
    [METADATA_KEYS_OF_IMPORT.form]: form,
    [METADATA_KEYS_OF_IMPORT.sources]: sources,
    [METADATA_KEYS_OF_IMPORT.dataSha256]: dataSha256,
  };
  const model = encodeModel(withDataFile(graph.build(metadata), dataName));
  const earlier = await dataOfEarlierModel(out);
  data.place(dataName);
  await writeAtomically(out, model);
  earlier.delete(dataName);
  for (const name of earlier) await rm(join(dirname(out), name), { force: true });
  const sha256 = createHash('sha256').update(model).digest('hex');
  return { bytes: model.byteLength, sha256, dataName, dataBytes, parameters };
}

function factsOf(variant: Variant, untrained: boolean): ModelFacts {
  const kind = variant === 'fp32' ? '' : ` ${variant}`;
  return {
    algorithm: 'hear',
    name: untrained ? 'hear-seeded' : 'hear',
    displayName: untrained ? `HeAR architecture with seeded weights${kind} (untrained)` : `HeAR${kind}`,
    version: '1',
    development: String(untrained),
    frontEndVersion: FRONT_END_VERSION,
  };
}

async function readConfig(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, CONFIG_FILE), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new Error(`Expected a folder with ${CONFIG_FILE} and the weights, reading ${CONFIG_FILE} gave ${code}.`, {
      cause: error,
    });
  }
}

/** Seeded weights say so in config.json, which was parsed before. */
function isUntrained(configText: string): boolean {
  const config: unknown = JSON.parse(configText);
  return typeof config === 'object' && config !== null && Reflect.get(config, UNTRAINED_FIELD) === true;
}

/** Holds the checkpoint to the shape, in both directions. Returns the number of parameters. */
function checkTensors(checkpoint: Checkpoint, shape: VitShape): number {
  const expected = vitTensors(shape);
  for (const { name, shape: tensorShape } of expected) checkpoint.check(name, tensorShape);
  const known = new Set([...expected.map(({ name }) => name), ...UNUSED_TENSORS]);
  const unknown = checkpoint.tensorNames.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new Error(`Tensor ${unknown}: expected only those of a ViTModel as config.json describes it.`);
  return expected.reduce((sum, tensor) => sum + tensor.shape.reduce((product, dim) => product * dim, 1), 0);
}

async function hashSources(folder: string, names: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const name of names) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), hash);
    lines.push(`${hash.digest('hex')}  ${name}`);
  }
  return lines.join('\n');
}

/** The data files that an earlier import to the same place wrote. */
async function dataOfEarlierModel(path: string): Promise<Set<string>> {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined || !facts.isFile() || facts.size > LARGEST_MODEL_WITH_DATA_BYTES) return new Set();
  try {
    const model = decodeModel(await readFile(path));
    const isOurs = (name: string) => name.startsWith(`${basename(path)}.`) && /\.[0-9a-f]{16}\.data$/.test(name);
    return new Set([...dataFileNames(model)].filter((name) => basename(name) === name && isOurs(name)));
  } catch {
    // Whatever stood there was no model; it is replaced as `--out` says.
    return new Set();
  }
}
