// Owns the order of one run: environments, servers, sections, and that everything that was started ends. Must not know a command line.
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ensurePythonEnvironment } from '@predict-schemata/python-environments';
import { type BareSession, openBareSession } from './bare-session.ts';
import { calibrate } from './calibration.ts';
import { measureGrid } from './grid.ts';
import { measureAddedLatency, measureHealth } from './latency.ts';
import { type LoadGenerator, startLoadGenerator } from './load/load-job.ts';
import { machineFacts } from './machine.ts';
import { measureParts } from './parts.ts';
import type { Results, Section } from './results.ts';
import { run } from './run-program.ts';
import { type RunningSubject, startSubject } from './running-subject.ts';
import { nodeAlone, ours, PEERS_FOLDER, peers, type Subject } from './subjects.ts';
import { measureThroughput } from './throughput.ts';

export interface RunOptions {
  readonly modelPath: string;
  readonly cacheDir: string;
  readonly python: string;
  readonly sections: readonly Section[];
  /** Names of peers. */
  readonly peers: readonly string[];
  readonly passes: number;
  readonly secondsPerTurn: number;
  readonly parseRounds: number;
  readonly beside: string;
  readonly onStage: (words: string) => void;
  readonly onProgress: (done: number, all: number) => void;
}

interface Context extends RunOptions {
  readonly bare: BareSession;
  readonly generator: LoadGenerator;
  readonly embedding: readonly number[];
  readonly cores: number;
  readonly logFolder: string;
}

/** Measures the sections. A peer that cannot be made or started is named in the results, and the rest goes on. */
export async function measure(options: RunOptions): Promise<Results> {
  const { sections, onStage, passes, secondsPerTurn } = options;
  const modelPath = resolve(options.modelPath);
  const machine = machineFacts();
  const logFolder = join(options.cacheDir, 'bench', 'logs');
  await mkdir(logFolder, { recursive: true });
  await using bare = await openBareSession(modelPath);
  await using generator = await startLoadGenerator();
  const { embedding } = await bare.run({ batch: 1, durationMs: 0 });
  const context = { ...options, modelPath, bare, generator, embedding, cores: machine.cores, logFolder };
  const measured = { model: basename(modelPath), passes, secondsPerTurn, beside: options.beside };
  const wants = (section: Section) => sections.includes(section);

  // Parts first, while nothing else runs.
  if (wants('parts')) onStage('parsing and answering alone');
  const parts = wants('parts') ? await measureParts(options.parseRounds) : undefined;
  await using subject = await start(ours, context, '');
  const alone = { subject, bare, generator, modelPath, turns: 4 * passes, secondsPerTurn };
  if (wants('latency')) onStage('latency with one caller');
  const latency = wants('latency') ? await measureAddedLatency(alone) : undefined;
  if (wants('health')) onStage('health under full load');
  const health = wants('health') ? await measureHealth(subject, generator, 4 * secondsPerTurn) : undefined;
  if (wants('throughput')) onStage('throughput beside bare loops');
  const throughput = wants('throughput') ? await measureThroughput({ ...alone, sessions: machine.cores }) : undefined;
  const compared = wants('peers') ? await comparePeers(subject, context) : undefined;
  return {
    machine,
    measured,
    ...(compared && { peers: compared }),
    ...(latency && { latency }),
    ...(health && { health }),
    ...(parts && { parts }),
    ...(throughput && { throughput }),
  };
}

function start(subject: Subject, context: Context, python: string): Promise<RunningSubject> {
  return startSubject(subject, { ...context, python });
}

async function comparePeers(own: RunningSubject, context: Context): Promise<NonNullable<Results['peers']>> {
  const { onStage, generator, secondsPerTurn } = context;
  await using started = new AsyncDisposableStack();
  const subjects = [own, started.use(await start(nodeAlone, context, ''))];
  const versions: Record<string, string> = {};
  const missing: Record<string, string> = {};
  for (const peer of peers.filter(({ name }) => context.peers.includes(name))) {
    onStage(`starting ${peer.name}`);
    try {
      subjects.push(started.use(await start(peer, context, await environmentOf(peer, context))));
      versions[peer.name] = await versionOf(peer);
    } catch (error) {
      missing[peer.name] = error instanceof Error ? error.message : String(error);
      onStage(`${peer.name} IS MISSING from the comparison: ${missing[peer.name]}`);
    }
  }
  onStage('the load generator by itself');
  const calibration = await calibrate(generator, secondsPerTurn);
  onStage('the bare loop in Python');
  const pythonCpuMsPerClip = await pythonLoop(context);
  onStage(`${subjects.length} servers in turn`);
  const figures = await measureGrid({ ...context, subjects });
  // The environment's folder and the log's are the machine's business.
  const reasons = Object.entries(missing).map(([name, why]) => [name, why.replaceAll(context.cacheDir, '.cache')]);
  return { ...figures, calibration, pythonCpuMsPerClip, versions, missing: Object.fromEntries(reasons) };
}

function environmentOf({ requirements = '' }: Subject, { cacheDir, python, onStage }: Context): Promise<string> {
  const name = requirements.replace(/^requirements-|\.txt$/g, '');
  return ensurePythonEnvironment({
    name,
    requirements: join(PEERS_FOLDER, requirements),
    folder: resolve(cacheDir, 'bench', 'env'),
    python,
    oldestMinorVersion: 11,
    onMake: () => onStage(`making the Python environment ${name} (minutes the first time)`),
  });
}

/** For example `litserve 0.2.19`: the pinned version of the package that the list of requirements is named after. */
async function versionOf({ requirements = '' }: Subject): Promise<string> {
  const name = requirements.replace(/^requirements-|\.txt$/g, '');
  const list = await readFile(join(PEERS_FOLDER, requirements), 'utf8');
  return new RegExp(`^${name}==(\\S+)$`, 'im').exec(list)?.[1] ?? 'unknown';
}

async function pythonLoop(context: Context): Promise<number> {
  const [peer] = peers;
  if (peer === undefined) return Number.NaN;
  const { env } = peer.command({ modelPath: context.modelPath, port: 0, cores: 1 }, '');
  const python = await environmentOf(peer, context);
  const seconds = String(2 * context.secondsPerTurn);
  const runs: number[] = [];
  for (let pass = 0; pass < context.passes; pass += 1) {
    const text = await run(python, [join(PEERS_FOLDER, 'bare_loop.py'), seconds], env);
    // bare_loop.py prints one object with this member.
    runs.push((JSON.parse(text) as { cpuMicrosecondsPerClip: number }).cpuMicrosecondsPerClip / 1000);
  }
  return Math.min(...runs);
}
