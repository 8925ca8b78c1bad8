// Owns the sub-command that measures how fast models are on this machine. Must not know how.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ensurePython } from '../reference-pipeline.ts';
import { benchModels } from '../speed/bench-models.ts';
import { toJson, toText } from '../speed/bench-report.ts';
import { PEERS, type PeerName } from '../speed/peers.ts';
import { writeAtomically } from '../write-atomically.ts';
import { demandFolderOf } from './existing-folder.ts';

interface Options {
  readonly against?: string;
  readonly python?: string;
  readonly peers: readonly PeerName[];
  readonly batches: readonly number[];
  readonly rounds: number;
  readonly roundMs: number;
  readonly report?: string;
}

/** `bench FILE… [--against DIR]`: tables on standard output and a JSON report. Ends with 1 when a peer that was asked for is missing. */
export function benchCommand(): Command {
  return new Command('bench')
    .description(
      'Measure models on this machine: time a clip by batch, workers and threads, the share of the matrix-multiply peak and of the front end; against other runtimes with --against.',
    )
    .argument('<files...>', 'ONNX models; the others are compared with the first')
    .option(
      '--against <dir>',
      'folder of the weights that the first model was made from: PyTorch, OpenVINO and onnxruntime compute them in turn with it',
    )
    .option('--python <path>', 'Python with the packages of the peers; without it they are installed into .cache, once')
    .addOption(
      new Option('--peers <names>', 'which of them, with commas between')
        .default(PEERS, PEERS.join(','))
        .argParser(peerNames),
    )
    .addOption(
      new Option('--batches <sizes>', 'clips in a batch, with commas between')
        .default([1, 2, 4, 8], '1,2,4,8')
        .argParser(sizes),
    )
    .addOption(new Option('--rounds <count>', 'rounds, of which the best counts').default(6).argParser(count))
    .addOption(
      new Option('--round-ms <ms>', 'about how long a round of workers × threads is')
        .default(1500)
        .argParser(wholeUpTo(60_000)),
    )
    .option('--report <file>', 'JSON file to write (default: FILE.bench.json)')
    .action(runBench);
}

async function runBench(files: readonly string[], options: Options): Promise<void> {
  const { against, python, peers, batches, rounds, roundMs } = options;
  const report = options.report ?? `${files[0]}.bench.json`;
  demandFolderOf('--report', report);
  if (against !== undefined && !existsSync(against)) throw new Error(`--against: expected a folder, got ${against}.`);
  const note = (text: string) => console.error(text);
  const bench = await benchModels({
    models: files,
    batches,
    rounds,
    roundMs,
    ...(against !== undefined && {
      against: { folder: resolve(against), python: python ?? (await ensurePython(note)), peers },
    }),
    note,
  });
  await writeAtomically(report, new TextEncoder().encode(toJson(bench)));
  console.log(toText(bench));
  console.log(`Report: ${report}`);
  for (const { name, problem } of bench.peers) {
    if (problem === undefined) continue;
    console.error(`${name} could not be compared with: ${problem}`);
    process.exitCode = 1;
  }
}

function wholeUpTo(largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= largest) return value;
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${largest}, got ${text}.`);
  };
}

const count = wholeUpTo(1000);

function sizes(text: string): number[] {
  return text.split(',').map((part) => count(part.trim()));
}

function peerNames(text: string): PeerName[] {
  return text.split(',').map((part) => {
    const name = PEERS.find((peer) => peer === part.trim());
    if (name === undefined) throw new InvalidArgumentError(`Expected some of ${PEERS.join(', ')}, got ${part}.`);
    return name;
  });
}
