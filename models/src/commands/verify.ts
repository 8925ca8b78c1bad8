// Owns the sub-command that holds a model to the reference pipeline. Must not know how that is done.
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demandExecutionProvider } from '@predict-schemata/execution-providers';
import { Command } from 'commander';
import { readSounds } from '../hear/sounds.ts';
import { verifyHear } from '../hear/verify-hear.ts';
import { toFrontEndSummary, toReport, toSummary } from '../hear/verify-report.ts';
import { ensurePython } from '../reference-pipeline.ts';
import { writeAtomically } from '../write-atomically.ts';
import { executionProviderOption } from './execution-provider-option.ts';
import { demandFolderOf } from './existing-folder.ts';

interface Options {
  readonly against?: string;
  readonly frontEnd?: string;
  readonly sounds: string;
  readonly report?: string;
  readonly python?: string;
  readonly executionProvider: string;
}

const fixtures = fileURLToPath(new URL('../../../fixtures/hear/', import.meta.url));

/**
 * `verify FILE [--against DIR [--front-end FILE]] [--sounds DIR] [--report FILE] [--python PATH]
 * [--execution-provider NAME]`. Ends with 1 when a limit is passed.
 */
export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'Compare a model with PyTorch and transformers on the same weights, and each clip alone with itself in a batch.',
    )
    .argument('<file>', 'ONNX model')
    .option(
      '--against <dir>',
      'folder of the weights that the model was made from; without it only batches are compared',
    )
    .option(
      '--front-end <file>',
      "Python file with a function preprocess_audio, as upstream's audio_utils.py: compare with its front end too",
    )
    .option('--sounds <dir>', 'folder with WAV files of 2 s (default: those of this repository)', fixtures)
    .option('--report <file>', 'Markdown file to write (default: FILE.verification.md)')
    .option('--python <path>', 'Python with PyTorch and transformers; without it they are installed into .cache, once')
    .addOption(executionProviderOption())
    .action(runVerify);
}

async function runVerify(file: string, options: Options): Promise<void> {
  const { against, frontEnd, sounds, report, python, executionProvider } = options;
  const reportFile = report ?? `${file}.verification.md`;
  demandFolderOf('--report', reportFile);
  if (!existsSync(sounds)) throw new Error(`--sounds: expected a folder, got ${sounds}.`);
  if (against !== undefined && !existsSync(against)) throw new Error(`--against: expected a folder, got ${against}.`);
  if (frontEnd !== undefined) demandFrontEnd(frontEnd, against);
  await demandExecutionProvider(executionProvider);
  const note = (text: string) => console.error(text);
  const clips = await readSounds(sounds);
  const verification = await verifyHear({
    model: file,
    sounds: clips,
    executionProvider,
    ...(against !== undefined && {
      against: {
        folder: resolve(against),
        python: python ?? (await ensurePython(note)),
        ...(frontEnd !== undefined && { frontEnd: resolve(frontEnd) }),
      },
    }),
    note,
  });
  await writeAtomically(reportFile, new TextEncoder().encode(toReport(basename(file), verification)));
  for (const problem of verification.problems) console.error(problem);
  console.log(toSummary(verification));
  if (verification.frontEnd !== undefined) console.log(toFrontEndSummary(verification.frontEnd));
  console.log(`Report: ${reportFile}`);
  if (!verification.passed) process.exitCode = 1;
}

function demandFrontEnd(file: string, against: string | undefined): void {
  if (against === undefined)
    throw new Error('--front-end: expected --against DIR with it, the weights that follow the front end. Give both.');
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new Error(`--front-end: expected a Python file, got ${file}. Give audio_utils.py of a checkout of upstream.`);
}
