// Owns the sub-command that writes a development model to a file. Must not know how a model is built.
import { createHash } from 'node:crypto';
import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { developmentModels } from '../development-model.ts';
import { writeAtomically } from '../write-atomically.ts';
import { demandFolderOf } from './existing-folder.ts';

interface BuildOptions {
  readonly out: string;
  readonly algorithm: string;
}

/** `build-development --out FILE [--algorithm NAME]`. Prints the file's path, its size and its SHA-256. */
export function buildDevelopmentCommand(): Command {
  const algorithms = Object.keys(developmentModels);
  const algorithm = new Option('--algorithm <name>', 'algorithm whose development model to build').choices(algorithms);
  if (algorithms[0] !== undefined) algorithm.default(algorithms[0]);
  return new Command('build-development')
    .description('Write a development model: the real front end and a fixed, untrained projection. Needs no download.')
    .requiredOption('--out <file>', 'file to write; replaced when it exists')
    .addOption(algorithm)
    .action(writeDevelopmentModel);
}

async function writeDevelopmentModel({ out, algorithm }: BuildOptions): Promise<void> {
  const build = developmentModels[algorithm];
  if (build === undefined) throw new Error('This is a bug: the option was checked against the list of models.');
  demandFolderOf('--out', out);
  const model = build();
  await writeAtomically(out, model);
  console.log(`${styleText('bold', out)}  ${model.byteLength} bytes`);
  console.log(`sha256 ${createHash('sha256').update(model).digest('hex')}`);
}
