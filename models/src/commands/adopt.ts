// Owns the sub-command that makes a model to serve of an ONNX file from another tool. Must not know how.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { adoptModel, signatureOf } from '../adopt/adopt-model.ts';
import { tryRows } from '../adopt/try-rows.ts';
import { developmentModels } from '../development-model.ts';
import { toMetadata } from '../metadata.ts';
import { writeAtomically } from '../write-atomically.ts';
import { demandFolderOf } from './existing-folder.ts';

interface Options {
  readonly algorithm: string;
  readonly out: string;
  readonly displayName: string;
  readonly modelVersion: string;
}

/** Text that goes into every answer; what a header or a log line can hold. */
const MAX_DISPLAY_NAME = 128;

/** `adopt FILE --algorithm NAME --display-name TEXT --out FILE`. Prints the file, its size and its SHA-256. */
export function adoptCommand(): Command {
  return new Command('adopt')
    .description(
      'Make a model to serve of an ONNX file for one clip, as tf2onnx writes it: the names of the algorithm, batches of any size.',
    )
    .argument('<file>', 'ONNX file with one input [1, samples] and one output [1, numbers], weights inside')
    .addOption(
      new Option('--algorithm <name>', 'algorithm that the model serves')
        .choices(Object.keys(developmentModels))
        .makeOptionMandatory(),
    )
    .requiredOption('--display-name <text>', 'name of the model for people, shown in every answer')
    .option('--model-version <number>', 'version of the model, shown in every answer', '1')
    .requiredOption('--out <file>', 'ONNX file to write; replaced when it exists')
    .action(runAdopt);
}

async function runAdopt(file: string, { algorithm, out, displayName, modelVersion }: Options): Promise<void> {
  demandFolderOf('--out', out);
  if (displayName.trim() === '' || displayName.length > MAX_DISPLAY_NAME)
    throw new Error(`--display-name: expected 1 to ${MAX_DISPLAY_NAME} characters, got ${displayName.length}`);
  if (!/^[1-9]\d{0,8}$/.test(modelVersion))
    throw new Error(`--model-version: expected a whole number from 1, got ${JSON.stringify(modelVersion)}`);
  const build = developmentModels[algorithm];
  if (build === undefined) throw new Error('This is a bug: the option was checked against the list of models.');
  const signature = signatureOf(build());
  const source = await readSource(file);
  const metadata = {
    ...toMetadata({
      algorithm,
      name: algorithm,
      displayName,
      version: modelVersion,
      development: 'false',
      frontEndVersion: 'adopted',
    }),
    sources_sha256: `${createHash('sha256').update(source).digest('hex')}  ${basename(file)}`,
  };
  const model = adoptModel(source, signature, metadata);
  await tryRows(model, signature);
  await writeAtomically(out, model);
  console.log(`${styleText('bold', out)}  ${model.byteLength} bytes`);
  console.log(`sha256 ${createHash('sha256').update(model).digest('hex')}`);
  console.log(`Serve it: npm start -- --model ${algorithm}=${out}`);
}

async function readSource(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new Error(`Expected an ONNX file, reading ${basename(file)} gave ${code}.`, { cause: error });
  }
}
