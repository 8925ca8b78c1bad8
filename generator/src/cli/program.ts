// Owns the commands of `pnpm generate`: which phases each runs and whether it succeeded. Must not know the process that it runs in.
import { relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { addReleases, compareWithRelease, isRefused, releasesFolderOf } from '../breaking/releases.ts';
import { emitOpenapi } from '../emit/openapi.ts';
import { checkedContract, generate } from '../generate.ts';
import { ContractProblems } from '../problems.ts';
import { differenceOf, writeOutputs } from '../write.ts';
import { type Output, Reporter } from './progress.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

interface SpecOption {
  readonly spec: string;
}

interface ReleaseFlags extends SpecOption {
  readonly algorithm?: string;
}

interface GenerateFlags extends SpecOption {
  readonly out: string;
  readonly check?: boolean;
  readonly allowMissingAnswers?: boolean;
}

/** Where the commands run and print. */
export interface Surroundings {
  readonly out: Output;
  /** Absolute; printed paths are relative to it. */
  readonly workingFolder: string;
}

/**
 * Runs one command line.
 *
 * @param args without the program's own name
 * @returns true when the command succeeded; what is wrong with the spec has been printed
 */
export async function runProgram(args: readonly string[], { out, workingFolder }: Surroundings): Promise<boolean> {
  const commands = new Commands(new Reporter(out), workingFolder);
  let succeeded = true;
  const action =
    <Flags>(run: (flags: Flags) => Promise<boolean>) =>
    async (flags: Flags): Promise<void> => {
      succeeded = await run(flags);
    };
  const program = new Command('generate')
    .description('Compiles the contract in spec/ into everything under generated/.')
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => out.write(text) })
    .option('--check', 'write nothing; fail where the files differ from what would be written')
    .addOption(specOption())
    .addOption(new Option('--out <dir>', 'folder to write to').default(resolve(REPOSITORY, 'generated'), 'generated'))
    .option(
      '--allow-missing-answers',
      'compile examples without recorded answers; the recording command starts from it',
    )
    .action(action((flags: GenerateFlags) => commands.generate(flags)));
  program
    .command('breaking')
    .description(
      'Compares each contract with its newest release; fails on a breaking change that its version does not announce.',
    )
    .addOption(specOption())
    .action(action((flags: SpecOption) => commands.breaking(flags)));
  program
    .command('release')
    .description('Adds the current contracts to contract-releases/.')
    .addOption(specOption())
    .option('--algorithm <name>', 'release the contract of this algorithm alone')
    .action(action((flags: ReleaseFlags) => commands.release(flags)));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof ContractProblems)) {
      throw error;
    }
    commands.reporter.problems(error.problems);
    return false;
  }
  return succeeded;
}

class Commands {
  readonly reporter: Reporter;
  readonly #workingFolder: string;

  constructor(reporter: Reporter, workingFolder: string) {
    this.reporter = reporter;
    this.#workingFolder = workingFolder;
  }

  async generate({ spec, out, check = false, allowMissingAnswers = false }: GenerateFlags): Promise<boolean> {
    const { runPhase } = this.reporter;
    const outputs = await generate({ specFolder: spec, allowMissingAnswers, runPhase });
    if (check) {
      const difference = await runPhase('check', () => differenceOf(out, outputs));
      return this.reporter.checked(this.#shown(out), outputs.size, difference);
    }
    const difference = await runPhase('write', () => writeOutputs(out, outputs));
    this.reporter.written(this.#shown(out), outputs.size, difference);
    return true;
  }

  async breaking({ spec }: SpecOption): Promise<boolean> {
    // Examples are no promise to clients: an answer that is not recorded yet hides no breaking change.
    const { algorithms } = await checkedContract({
      specFolder: spec,
      allowMissingAnswers: true,
      runPhase: this.reporter.runPhase,
    });
    const comparisons = algorithms.map((algorithm) => compareWithRelease(releasesFolderOf(spec), algorithm));
    for (const comparison of comparisons) {
      this.reporter.comparison(comparison);
    }
    return !comparisons.some(isRefused);
  }

  async release({ spec, algorithm: wanted }: ReleaseFlags): Promise<boolean> {
    const contract = await checkedContract({ specFolder: spec, runPhase: this.reporter.runPhase });
    const released = contract.algorithms.filter(({ facts }) => wanted === undefined || facts.name === wanted);
    if (released.length === 0) {
      const names = contract.algorithms.map(({ facts }) => facts.name).join(', ');
      throw new ContractProblems([{ rule: 'release', message: `expected an algorithm of ${names}, got ${wanted}` }]);
    }
    const outputs = emitOpenapi(contract);
    const bundles = new Map(
      contract.algorithms.map(({ facts }) => [facts.name, outputs.get(`openapi/${facts.name}.json`) ?? '']),
    );
    const added = addReleases(releasesFolderOf(spec), released, bundles);
    for (const file of added) {
      this.reporter.line(`released ${this.#shown(file)}`);
    }
    if (added.length === 0) {
      this.reporter.line('Every contract is released as it stands.');
    }
    return true;
  }

  #shown(path: string): string {
    return relative(this.#workingFolder, path) || '.';
  }
}

function specOption(): Option {
  return new Option('--spec <dir>', 'folder that holds openapi.yaml').default(resolve(REPOSITORY, 'spec'), 'spec');
}
