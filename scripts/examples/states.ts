// Owns the servers that examples are sent to: the real HTTP side with the real development model, or over an engine that is
// held in a state which a healthy server does not have. Clocks and ids are fixed, so that an answer can be compared.
import { readFile } from 'node:fs/promises';
import { type AlgorithmName, algorithmFacts } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { Gate } from '../../server/src/auth/gate.ts';
import { readConfig } from '../../server/src/config.ts';
import { deploy } from '../../server/src/deploy.ts';
import type { Phase, ServiceLimits } from '../../server/src/http/deployment.ts';
import type { Engine } from '../../server/src/infer/engine.ts';
import { locateModel } from '../../server/src/locate-model.ts';
import { createLogger } from '../../server/src/observe/log.ts';
import { type StorageServer, startStorageServer } from '../../server/test/storage-server.ts';
import { deadEngine, fullEngine, stuckEngine } from '../../server/test/support/engines.ts';
import {
  gateForAnotherEndpoint,
  gateThatCannotCheck,
  gateWithCallsUnderWay,
  gateWithoutACallLeft,
} from '../../server/test/support/gates.ts';
import { startTestService, TEST_MODEL, type TestService } from '../../server/test/support/test-service.ts';
import { ensureDevelopmentModels } from '../development-models.ts';

/** The `setup` of an example; nothing stands for a healthy server outside a container. */
export interface Setup {
  readonly engine?: keyof typeof ENGINES;
  readonly phase?: Phase;
  readonly limits?: Partial<ServiceLimits>;
  readonly bodyMemoryBytes?: number;
  readonly project?: string;
  readonly bug?: boolean;
  readonly container?: boolean;
  readonly caller?: keyof typeof CALLERS;
  /** A cloud storage with the algorithm's sample in `gs://example-bucket/clips/sample.wav`. */
  readonly storage?: boolean;
}

const ENGINES = { full: fullEngine, stuck: stuckEngine, dead: deadEngine } satisfies Record<string, () => Engine>;

const CALLERS = {
  'for-another-endpoint': gateForAnotherEndpoint,
  'without-a-call-left': gateWithoutACallLeft,
  'with-calls-under-way': gateWithCallsUnderWay,
  'that-cannot-be-checked': gateThatCannotCheck,
} satisfies Record<string, () => Gate>;

/** The token that the example bucket's reader has. It is in the examples, and opens nothing else. */
const STORAGE_TOKEN = 'ya29.an-access-token';
const CACHE = '.cache';

export interface States {
  /** The server for a setup, started when it is first asked for. */
  service(setup: Setup): Promise<TestService>;
  close(): Promise<void>;
}

export async function startStates(algorithm: AlgorithmName): Promise<States> {
  await ensureDevelopmentModels(CACHE);
  const config = readConfig(['--cache-dir', CACHE], {});
  const log = createLogger('silent');
  const located = await locateModel({ name: algorithm, location: undefined }, config, log);
  const real = await deploy(located, config, log, { workers: 1 });
  const model = { ...real.model, loadedAt: TEST_MODEL.loadedAt };
  const storage: StorageServer = await startStorageServer();
  storage.put('example-bucket', 'clips/sample.wav', await readFile(`fixtures/${algorithmFacts[algorithm].sample}`), {
    readers: [STORAGE_TOKEN],
  });
  const services = new Map<string, Promise<TestService>>();

  const start = ({ engine, container, caller, storage: withStorage, ...rest }: Setup): Promise<TestService> =>
    startTestService({
      ...rest,
      algorithm,
      model,
      deployedModelId: real.deployedModelId,
      engine: engine === undefined ? real.engine : ENGINES[engine](),
      ...(container && { container: { endpointId: undefined, deployedModelId: undefined } }),
      ...(caller && { gate: CALLERS[caller]() }),
      ...(withStorage && { emulatorHost: storage.host }),
    });

  return {
    service(setup) {
      const key = JSON.stringify(setup);
      const service = services.get(key) ?? start(setup);
      services.set(key, service);
      return service;
    },
    async close() {
      await Promise.all([...services.values()].map(async (service) => (await service).close()));
      await Promise.all([real.engine.close(), storage.close()]);
    },
  };
}
