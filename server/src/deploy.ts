// Owns which algorithms are to be served, and how a model that was found becomes a deployment: its engine is started and warmed up.
// Must not know HTTP calls.
import { executionProviderProblem } from '@predict-schemata/execution-providers';
import { type AlgorithmName, algorithmFacts, algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { algorithms } from './algorithms/index.ts';
import { type Config, ConfigError } from './config.ts';
import type { Deployment } from './http/deployment.ts';
import { type Engine, startEngine } from './infer/engine.ts';
import { type EngineObserver, observers } from './infer/engine-observer.ts';
import type { LocatedModel } from './locate-model.ts';
import type { Logger } from './observe/log.ts';
import type { ReleaseCopy } from './storage/model-copies.ts';

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
  /** Threads that compute, each with a session of its own. */
  readonly workers: number;
  /** Ends the warm-up; the promise then rejects. */
  readonly signal?: AbortSignal;
  readonly observer?: EngineObserver;
}

/**
 * Starts one deployment; resolves after its warm-up. From here on the model's release is the deployment's: with its engine's close.
 * @throws ModelFileError or ExecutionProviderError.
 */
export async function deploy(
  { name, modelPath, file, release }: LocatedModel,
  config: Config,
  log: Logger,
  { workers, signal, observer }: DeployOptions,
): Promise<Deployment> {
  const algorithm = algorithms[name];
  const facts = algorithmFacts[name];
  const started = performance.now();
  // Without external data there is nothing to share, and the slower products would be for nothing.
  const weights = file.dataBytes === 0 ? 'private' : config.weights;
  const engine = closingWith(
    release,
    startEngine({
      modelPath,
      stamp: file.stamp,
      signature: algorithm.model,
      workers,
      threadsPerWorker: config.threadsPerWorker,
      executionProvider: config.executionProvider,
      weights,
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
      workers,
      weights,
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

/** Whether it is the name of an algorithm that this server has. */
export function isAlgorithm(name: string): name is AlgorithmName {
  return (algorithmNames as readonly string[]).includes(name);
}
