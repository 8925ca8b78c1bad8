// Owns the sub-command that measures how fast models are on this machine. Must not know how.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CPU, demandExecutionProvider } from '@predict-schemata/execution-providers';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ensurePython } from '../reference-pipeline.ts';
import { benchModels } from '../speed/bench-models.ts';
import { benchOnDevice, usualBatches } from '../speed/bench-on-device.ts';
import { toJson, toText } from '../speed/bench-report.ts';
import { toDeviceJson, toDeviceText } from '../speed/device-report.ts';
import { PEERS, type PeerName } from '../speed/peers.ts';
import { writeAtomically } from '../write-atomically.ts';
import { executionProviderOption } from './execution-provider-option.ts';
import { demandFolderOf } from './existing-folder.ts';

interface Options {
  readonly against?: string;
  readonly python?: string;
  readonly peers: readonly PeerName[];
  readonly batches?: readonly number[];
  readonly rounds: number;
  readonly roundMs: number;
  readonly report?: string;
  readonly executionProvider: string;
}

/** `bench FILE… [--against DIR]`: tables on standard output and a JSON report. Ends with 1 when a peer that was asked for is missing. */
export function benchCommand(): Command {
  return new Command('bench')
    .description(
      'Measure models on this machine: time a clip by batch, workers and threads, the share of the matrix-multiply peak and of the front end; against other runtimes with --against. On another execution provider: clips per second by batch.',
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
      new Option(
        '--batches <sizes>',
        `clips in a batch, with commas between (default: ${usualBatches(CPU)} on the CPU, elsewhere ${usualBatches('')})`,
      ).argParser(sizes),
    )
    .addOption(new Option('--rounds <count>', 'rounds, of which the best counts').default(6).argParser(count))
    .addOption(
      new Option('--round-ms <ms>', 'about how long a round of workers × threads is')
        .default(1500)
        .argParser(wholeUpTo(60_000)),
    )
    .addOption(executionProviderOption())
    .option(
      '--report <file>',
      'JSON file to write (default: FILE.bench.json; FILE.NAME.bench.json of another provider)',
    )
    .action(runBench);
}

const note = (text: string) => console.error(text);

async function runBench(files: readonly string[], options: Options): Promise<void> {
  const { against, executionProvider } = options;
  if (against !== undefined && !existsSync(against)) throw new Error(`--against: expected a folder, got ${against}.`);
  if (against !== undefined && executionProvider !== CPU)
    throw new Error(
      `--against: the other runtimes compute on the CPU, the models with --execution-provider ${executionProvider}. Leave one of both out.`,
    );
  const kind = executionProvider === CPU ? 'bench' : `${executionProvider}.bench`;
  const report = options.report ?? `${files[0]}.${kind}.json`;
  demandFolderOf('--report', report);
  await demandExecutionProvider(executionProvider);
  const measure = executionProvider === CPU ? onCpu : onDevice;
  const { json, text, missing } = await measure(files, options);
  await writeAtomically(report, new TextEncoder().encode(json));
  console.log(text);
  console.log(`Report: ${report}`);
  for (const problem of missing) {
    console.error(problem);
    process.exitCode = 1;
  }
}

/** A measurement to print and to keep, and what of it could not be had. */
interface Measured {
  readonly json: string;
  readonly text: string;
  readonly missing: readonly string[];
}

async function onCpu(files: readonly string[], options: Options): Promise<Measured> {
  const { against, python, peers, batches = usualBatches(CPU), rounds, roundMs } = options;
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
  const missing = bench.peers.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`${name} could not be compared with: ${problem}`],
  );
  return { json: toJson(bench), text: toText(bench), missing };
}

async function onDevice(files: readonly string[], options: Options): Promise<Measured> {
  const { executionProvider, batches = usualBatches(executionProvider), rounds } = options;
  const bench = await benchOnDevice({ models: files, executionProvider, batches, rounds, note });
  return { json: toDeviceJson(bench), text: toDeviceText(bench), missing: [] };
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
