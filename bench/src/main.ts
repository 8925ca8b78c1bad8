// Owns the command line of `npm run bench`: what is measured, where results go, and what is printed. Must not measure.
import { Command, InvalidArgumentError, Option } from 'commander';
import { resultsPage, verdictLines } from './report.ts';
import { SECTIONS, type Section } from './results.ts';
import { saveResults, writeResultsPage } from './results-folder.ts';
import { measure } from './run.ts';
import { peers } from './subjects.ts';

const PEER_NAMES = peers.map(({ name }) => name);

interface Options {
  readonly only: readonly Section[];
  readonly peers: readonly string[];
  readonly quick: boolean;
  readonly passes?: number;
  readonly seconds?: number;
  readonly model?: string;
  readonly python: string;
  readonly cacheDir: string;
  readonly beside: string;
  readonly save: boolean;
  readonly report: boolean;
}

/** Runs `npm run bench`. `defaultModel` is served unless `--model` says otherwise. */
export async function main(args: readonly string[], defaultModel: string): Promise<void> {
  const program = new Command('npm run bench --')
    .description('Measures the server beside its peers on this machine and writes bench/results/ and bench/RESULTS.md.')
    .addOption(
      new Option('--only <sections>', `some of ${SECTIONS.join(', ')}`)
        .argParser(listOf(SECTIONS))
        .default(SECTIONS, 'all'),
    )
    .addOption(
      new Option('--peers <names>', `some of: ${PEER_NAMES.join('; ')}`)
        .argParser(listOf(PEER_NAMES, ';'))
        .default(PEER_NAMES, 'all'),
    )
    .option('--quick', '2 passes of 1 s instead of 3 of 3 s; nothing is saved', false)
    .option('--passes <n>', 'how often each turn is repeated', atLeast(1))
    .option('--seconds <n>', 'length of a turn', atLeast(0.2))
    .option('--model <file>', 'an ONNX file of the same signature (default: the development model)')
    .option('--python <program>', 'a Python 3.11 to make environments with', 'python3')
    .option('--cache-dir <dir>', 'where environments and logs go', '.cache')
    .option('--beside <words>', 'what else ran on the machine, for the results', 'Nothing else ran.')
    .option('--no-save', 'print alone')
    .option('--report', 'measure nothing, write RESULTS.md anew from bench/results/', false);
  const options = program.parse(args, { from: 'user' }).opts<Options>();
  if (options.report) return writeResultsPage();

  const { quick, passes = quick ? 2 : 3, seconds = quick ? 1 : 3, model = defaultModel } = options;
  const results = await measure({
    modelPath: model,
    cacheDir: options.cacheDir,
    python: options.python,
    sections: options.only,
    peers: options.peers,
    passes,
    secondsPerTurn: seconds,
    parseRounds: quick ? 300 : 2000,
    beside: options.beside,
    onStage: (words) => console.error(`▶ ${words}`),
    onProgress,
  });
  console.log(resultsPage([results]).replace(/^<!--.*-->\n/, ''));
  if (options.save && !quick) await saveResults(results);
  console.log(verdictLines(results).join('\n'));
  const missing = Object.keys(results.peers?.missing ?? {});
  if (missing.length > 0) {
    console.error(`\n${missing.join(', ')} could not be compared: see above.`);
    process.exitCode = 1;
  }
}

function onProgress(done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r  ${done} of ${all} turns`);
  else if (done % 50 === 0) console.error(`  ${done} of ${all} turns`);
}

function listOf<T extends string>(known: readonly T[], separator = ',') {
  return (text: string): T[] => {
    const names = text.split(separator).map((name) => name.trim());
    const found = known.filter((name) => names.includes(name));
    if (found.length === names.length) return found;
    throw new InvalidArgumentError(`Expected some of ${known.join(`${separator} `)}.`);
  };
}

function atLeast(minimum: number) {
  return (text: string): number => {
    const value = Number(text);
    if (value >= minimum) return value;
    throw new InvalidArgumentError(`Expected a number of at least ${minimum}.`);
  };
}
