// Owns how an algorithm becomes a deployment: find its model file, read what the file says, start and warm up its engine.
// Knows every part of that way; must not know HTTP calls.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AlgorithmName, algorithmFacts, algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { algorithms } from './algorithms/index.ts';
import { type Config, ConfigError } from './config.ts';
import { developmentModelPath } from './development-model-path.ts';
import type { Deployment } from './http/deployment.ts';
import { type Engine, startEngine } from './infer/engine.ts';
import { type EngineObserver, observers } from './infer/engine-observer.ts';
import { executionProviderProblem } from './infer/execution-provider.ts';
import { readModelFacts } from './infer/model-file.ts';
import { ModelFileError } from './infer/model-file-error.ts';
import type { Logger } from './observe/log.ts';
import { holdCopy, type ReleaseCopy } from './storage/model-copies.ts';
import { resolveModelLocation } from './storage/model-location.ts';

/** An algorithm to serve; without a location with its development model. */
export interface Planned {
  readonly name: AlgorithmName;
  readonly location: string | undefined;
}

/** The algorithm that is meant where none is named: by a container, which serves one, and by a model's location. */
const DEFAULT = algorithmNames.find((name) => 'default' in algorithmFacts[name]) ?? algorithmNames[0];

/** What is to be served. Throws ConfigError with every problem. */
export function plan(config: Config): Planned[] {
  const problems: string[] = [];
  const names = config.algorithms ?? (config.container ? [DEFAULT] : algorithmNames);
  const unknown = names.filter((name) => !isAlgorithm(name));
  if (unknown.length > 0)
    problems.push(`--algorithms: expected some of ${algorithmNames.join(', ')}, got ${unknown.join(', ')}`);
  if (names.length === 0)
    problems.push(`--algorithms: expected at least one of ${algorithmNames.join(', ')}, got none`);
  const served = names.filter(isAlgorithm);
  if (served.length > 1) {
    if (config.container) problems.push('--algorithms: a container serves one algorithm; name one');
    for (const [flag, value] of Object.entries({
      endpoint: config.endpoint,
      'deployed-model-id': config.deployedModelId,
    }))
      if (value !== undefined)
        problems.push(`--${flag} is for one algorithm, but several are served; choose one with --algorithms`);
  }
  const locations = locationsOf(config.model ?? [], served, problems);
  const provider = executionProviderProblem(config.executionProvider);
  if (provider !== undefined) problems.push(`--execution-provider: ${provider}`);
  if (problems.length > 0) throw new ConfigError(problems);
  return served.map((name) => ({ name, location: locations.get(name) }));
}

/** Which of the locations given is whose: NAME=LOCATION, or a location alone for the only or the default algorithm. */
function locationsOf(
  given: readonly string[],
  served: readonly AlgorithmName[],
  problems: string[],
): ReadonlyMap<AlgorithmName, string> {
  const locations = new Map<AlgorithmName, string>();
  const unnamed = served.length === 1 ? served[0] : served.find((name) => name === DEFAULT);
  for (const entry of given) {
    const [, prefix = '', rest = ''] = /^([a-z0-9-]+)=(.+)$/.exec(entry) ?? [];
    const [name, location] = isAlgorithm(prefix) ? [prefix, rest] : [unnamed, entry];
    if (name === undefined) {
      problems.push(
        `--model: expected NAME=LOCATION with a name of ${served.join(', ')}, got ${JSON.stringify(entry)}`,
      );
    } else if (!served.includes(name)) {
      problems.push(`--model: gives a model for ${name}, which is not served; add it to --algorithms`);
    } else if (locations.has(name)) {
      problems.push(`--model: gives two models for ${name}; name their algorithms as NAME=LOCATION, or leave one out`);
    } else locations.set(name, location);
  }
  return locations;
}

export interface DeployOptions {
  /** Ends a download or a warm-up; the promise then rejects. */
  readonly signal?: AbortSignal;
  readonly observer?: EngineObserver;
  /** What serves the algorithm now: it is given back when the location still holds the same files and it can compute. */
  readonly serving?: Deployment;
}

/**
 * Starts one deployment; resolves after its warm-up.
 * @throws ConfigError, ModelLocationError, ModelFileError or ExecutionProviderError.
 */
export async function deploy(
  { name, location }: Planned,
  config: Config,
  log: Logger,
  { signal, observer, serving }: DeployOptions = {},
): Promise<Deployment> {
  const algorithm = algorithms[name];
  const facts = algorithmFacts[name];
  const started = performance.now();
  const copies = join(config.cacheDir, 'downloads');
  const modelPath = await resolveModelLocation(location ?? builtDevelopmentModel(config, name), {
    cacheDir: copies,
    ...(signal && { signal }),
    onProgress: (doneBytes, totalBytes) =>
      log.debug({ algorithm: name, doneBytes, totalBytes }, 'downloading the model'),
  });
  const file = await readModelFacts(modelPath);
  requireOwn(name, file.metadata['algorithm']);
  if (serving?.model.files === file.stamp.value && serving.engine.status().state === 'ready') return serving;
  const releaseCopy = await holdCopy(modelPath, copies);
  const engine = closingWith(
    releaseCopy,
    startEngine({
      modelPath,
      stamp: file.stamp,
      signature: algorithm.model,
      workers: config.workers,
      threadsPerWorker: config.threadsPerWorker,
      executionProvider: config.executionProvider,
      maxBatch: config.maxBatch,
      maxBatchWaitMs: config.maxBatchWaitMs,
      maxQueue: config.maxQueue,
      hangLimitMs: config.inferTimeoutMs,
      startLimitMs: config.startTimeoutMs,
      observer: observers(logsLosses(name, log), observer),
    }),
  );
  try {
    await untilAborted(engine.ready, signal);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const development = file.metadata['development'] === 'true';
  const sha = file.sha256.slice(0, 12);
  log.info(
    {
      algorithm: name,
      sha256: file.sha256,
      bytes: file.bytes,
      development,
      workers: config.workers,
      ms: Math.round(performance.now() - started),
    },
    'model ready',
  );
  return {
    algorithm,
    engine,
    endpointId: config.endpoint ?? name,
    deployedModelId: config.deployedModelId ?? `${name}-${sha}`,
    title: facts.title,
    description: facts.summary,
    contractVersion: facts.version,
    sample: facts.sample,
    model: {
      name: file.metadata['name'] ?? name,
      displayName: file.metadata['display_name'] ?? facts.title,
      version: file.metadata['version'] ?? sha,
      sha256: file.sha256,
      frontEndVersion: file.metadata['front_end_version'] ?? 'unknown',
      development,
      loadedAt: new Date(),
      files: file.stamp.value,
    },
  };
}

/** A file that says whose it is must be asked for under that name: signatures may agree by chance. */
function requireOwn(name: AlgorithmName, stated: string | undefined): void {
  if (stated === undefined || stated === name) return;
  const repair = isAlgorithm(stated) ? `Serve it with --model ${stated}=LOCATION.` : 'Give a model of this algorithm.';
  throw new ModelFileError(
    `Expected a model of ${name}, this file says that it is one of ${JSON.stringify(stated)}. ${repair}`,
  );
}

/** The engine, whose files may go once it is closed. */
function closingWith(release: ReleaseCopy, engine: Engine): Engine {
  return {
    ...engine,
    async close() {
      await engine.close();
      await release();
    },
  };
}

/** Says in the log which workers were lost. */
function logsLosses(algorithm: AlgorithmName, log: Logger): EngineObserver {
  return {
    onWorkerLost({ cause, error, ready, replaced }) {
      const message = replaced ? 'a worker was lost and is being replaced' : 'a worker was lost and is given up';
      log.error({ algorithm, cause, err: error, workersReady: ready }, message);
    },
  };
}

async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  await Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
}

function builtDevelopmentModel({ cacheDir }: Config, name: AlgorithmName): string {
  const path = developmentModelPath(cacheDir, name);
  if (existsSync(path)) return path;
  throw new ConfigError([
    `no --model is given for ${name}, and its development model is not built yet; \`npm start\` builds it, or give a model`,
  ]);
}

function isAlgorithm(name: string): name is AlgorithmName {
  return (algorithmNames as readonly string[]).includes(name);
}
