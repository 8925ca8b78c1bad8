// Owns what is served at each moment: the first load, and the swap of a model for a newer one while calls go on. Must not know
// how a model is loaded (locate-model.ts, deploy.ts), nor HTTP, nor signals.
import { type Config, ConfigError } from './config.ts';
import { deploy, type Planned } from './deploy.ts';
import type { Deployment, ReloadResult } from './http/deployment.ts';
import type { EngineObserver } from './infer/engine-observer.ts';
import { isPermanent } from './infer/worker-loss.ts';
import { type LocatedModel, locateModel } from './locate-model.ts';
import {
  demandRoom,
  hasRoomForSwap,
  type MemoryRules,
  type ModelMemory,
  type Occupant,
  workersThatFit,
} from './memory.ts';
import type { Logger } from './observe/log.ts';
import { cores } from './settings.ts';
import { ModelLocationError } from './storage/model-location-error.ts';

export interface DeploymentsOptions {
  readonly planned: readonly Planned[];
  readonly config: Config;
  readonly log: Logger;
  /** Watches the engine of one algorithm, before and after a swap. */
  readonly observerOf?: (algorithm: string) => EngineObserver;
}

export class Deployments {
  readonly #options: DeploymentsOptions;
  readonly #closing = new AbortController();
  /** Those whose engine is not closed: what is served, and what finishes its calls after a swap. */
  readonly #open = new Map<Deployment, Occupant>();
  #current: readonly Deployment[] = [];
  /** The last load, swap or retirement; each waits for the one before, so that a model is in memory twice and never thrice. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DeploymentsOptions) {
    this.#options = options;
  }

  /** In the order of the plan; empty until every one has run its warm-up. */
  current(): readonly Deployment[] {
    return this.#current;
  }

  /** The first load. Rejects with what keeps a model from being served. */
  load(): Promise<void> {
    return this.#inTurn(async () => {
      const located: LocatedModel[] = [];
      const loaded: Deployment[] = [];
      try {
        for (const planned of this.#options.planned) located.push(await this.#locate(planned));
        const workers = this.#layOut(located.map(memoryOf));
        for (let model = located.shift(); model !== undefined; model = located.shift())
          loaded.push(await this.#deploy(model, workers));
      } finally {
        await Promise.all(located.map(({ release }) => release()));
      }
      this.#current = loaded;
    });
  }

  /**
   * Looks at every model's location again. A changed model is loaded and warmed up beside the old one, which serves meanwhile;
   * then new calls go to the new one, and the old one finishes its own. One that cannot be served leaves the old one.
   */
  reload(): Promise<readonly ReloadResult[]> {
    return this.#inTurn(async () => {
      const results: ReloadResult[] = [];
      for (const [index, planned] of this.#options.planned.entries()) {
        results.push(await this.#reloadOne(index, planned));
      }
      return results;
    });
  }

  /** Ends every engine at once, also those that are starting. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The server is being closed.'));
    await this.#closeOpen();
    await this.#last;
    // One whose warm-up ended at that very moment.
    await this.#closeOpen();
  }

  async #closeOpen(): Promise<void> {
    await Promise.all([...this.#open.keys()].map(({ engine }) => engine.close()));
    this.#open.clear();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => {
      this.#closing.signal.throwIfAborted();
      return work();
    });
    this.#last = done.catch(() => {});
    return done;
  }

  #locate(planned: Planned): Promise<LocatedModel> {
    const { config, log } = this.#options;
    return locateModel(planned, config, log, this.#closing.signal);
  }

  /** The workers for each of these models, all served at once. Throws ConfigError when they do not fit into memory. */
  #layOut(models: readonly ModelMemory[]): number {
    const { config, log } = this.#options;
    const rules = memoryRules(config);
    const most = mostWorkers(config, cores);
    const workers = config.workers ?? workersThatFit(models, most, rules);
    const occupants = models.map((model) => ({ model, workers }));
    demandRoom(occupants, rules);
    if (config.workers === undefined && workers < most)
      log.warn({ workers, cores, maxMemoryBytes: rules.limitBytes }, 'fewer workers than cores, for want of memory');
    if (!hasRoomForSwap(occupants, rules))
      log.warn({ maxMemoryBytes: rules.limitBytes }, 'no memory for a second model: a reload will be refused');
    return workers;
  }

  async #deploy(located: LocatedModel, workers: number): Promise<Deployment> {
    const { config, log, observerOf } = this.#options;
    const observer = observerOf?.(located.name);
    const deployment = await deploy(located, config, log, {
      workers,
      signal: this.#closing.signal,
      ...(observer && { observer }),
    });
    this.#open.set(deployment, { model: memoryOf(located), workers });
    return deployment;
  }

  /** The deployment of what lies at the location now: the old one when that is what it serves and it can compute. */
  async #redeploy(planned: Planned, old: Deployment): Promise<Deployment> {
    const located = await this.#locate(planned);
    try {
      if (old.model.files === located.file.stamp.value && old.engine.status().state === 'ready') {
        await located.release();
        return old;
      }
      const others = this.#current.filter((each) => each !== old).flatMap((each) => this.#open.get(each)?.model ?? []);
      const workers = this.#layOut([...others, memoryOf(located)]);
      const serving = [...this.#open]
        .filter(([{ engine }]) => engine.status().state === 'ready')
        .map(([, each]) => each);
      // What serves now stays until the new model does. One that has lost its workers holds nothing.
      demandRoom([{ model: memoryOf(located), workers }], memoryRules(this.#options.config), serving);
      return await this.#deploy(located, workers);
    } catch (error) {
      await located.release();
      throw error;
    }
  }

  async #reloadOne(index: number, planned: Planned): Promise<ReloadResult> {
    const { log } = this.#options;
    const old = this.#current[index];
    if (old === undefined) throw new Error('A reload comes before the load. This is a bug.');
    try {
      const next = await this.#redeploy(planned, old);
      if (next === old) return { ...facts(old), result: 'unchanged' };
      this.#current = this.#current.with(index, next);
      log.info({ algorithm: planned.name, from: old.deployedModelId, to: next.deployedModelId }, 'model swapped');
      if (next.model.version === old.model.version && next.model.sha256 !== old.model.sha256)
        log.warn({ algorithm: planned.name, version: next.model.version }, 'another model came under the same version');
      // Not awaited: whoever asked for the swap learns of it now. The next swap waits for it.
      const retired = this.#retire(old);
      void this.#inTurn(() => retired).catch(() => {});
      return { ...facts(next), result: 'swapped' };
    } catch (error) {
      log.error(
        { algorithm: planned.name, err: error, serving: old.deployedModelId },
        'reload refused: the old model goes on',
      );
      return { ...facts(old), result: 'refused', problem: problemOf(error) };
    }
  }

  /** Lets the calls that hold the deployment finish. After the longest that a call may take, nobody waits for it any more. */
  async #retire(deployment: Deployment): Promise<void> {
    const { config, log } = this.#options;
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, config.requestTimeoutMs);
    this.#closing.signal.addEventListener('abort', () => limit.resolve(), { once: true });
    const names = { algorithm: deployment.algorithm.name, deployedModelId: deployment.deployedModelId };
    try {
      await Promise.race([deployment.engine.drain(), limit.promise]);
      await deployment.engine.close();
      this.#open.delete(deployment);
      log.info(names, 'old model closed');
    } catch (error) {
      log.error({ ...names, err: error }, 'the old model could not be closed');
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Elsewhere than on a CPU the weights lie in the device's memory, of which this knows nothing. */
/** Workers of each algorithm where memory does not bound them: a device has no cores to divide, and each worker would hold its weights there. */
export function mostWorkers(
  { executionProvider, threadsPerWorker }: Pick<Config, 'executionProvider' | 'threadsPerWorker'>,
  cores: number,
): number {
  return executionProvider === 'cpu' ? Math.max(1, Math.floor(cores / threadsPerWorker)) : 1;
}

function memoryRules({ maxMemoryBytes, weights, executionProvider }: Config): MemoryRules {
  return { limitBytes: executionProvider === 'cpu' ? maxMemoryBytes : Number.POSITIVE_INFINITY, weights };
}

function memoryOf({ name, file }: LocatedModel): ModelMemory {
  return { algorithm: name, bytes: file.bytes, dataBytes: file.dataBytes };
}

function facts({ algorithm, deployedModelId, model }: Deployment): Omit<ReloadResult, 'result'> {
  return { algorithm: algorithm.name, deployedModelId, modelVersionId: model.version, sha256: model.sha256 };
}

/** Errors that are written for the operator show no path of the host; any other may. */
function problemOf(error: unknown): string {
  const safe = error instanceof ConfigError || error instanceof ModelLocationError || isPermanent(error);
  return safe && error instanceof Error ? error.message : 'The model could not be loaded; the log says why.';
}
