// Owns a service for tests: the real HTTP side on a free port, over an engine and in a phase that the test chooses.
import { type AlgorithmName, algorithmFacts, algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { pino } from 'pino';
import { algorithms } from '../../src/algorithms/index.ts';
import { createGate, type Gate } from '../../src/auth/gate.ts';
import { identifyToken } from '../../src/auth/identify-token.ts';
import { singleToken } from '../../src/auth/token-set.ts';
import { createDecoder } from '../../src/decode/decoder.ts';
import { createApp } from '../../src/http/app.ts';
import { BodyMemory } from '../../src/http/body-memory.ts';
import { CallCounter } from '../../src/http/call-counter.ts';
import { createCors } from '../../src/http/cors.ts';
import type { DeployedModel, Deployment, Phase, Service, ServiceLimits } from '../../src/http/deployment.ts';
import { createHandlers } from '../../src/http/handlers.ts';
import type { ContainerAddress } from '../../src/http/health.ts';
import { type ConnectionLimits, createListener, type TlsPair } from '../../src/http/listener.ts';
import { ReadingPace } from '../../src/http/reading-pace.ts';
import type { Engine } from '../../src/infer/engine.ts';
import type { CallObserver } from '../../src/observe/call-record.ts';
import { createObjectFetcher } from '../../src/storage/gcs-object.ts';
import { workingEngine } from './engines.ts';

export const TOKEN = 'a-token-for-tests-only';

export const TEST_MODEL: DeployedModel = {
  name: 'test-model',
  displayName: 'Model of the tests',
  version: '1',
  sha256: '0'.repeat(64),
  frontEndVersion: '1',
  development: true,
  loadedAt: new Date('2026-01-02T03:04:05Z'),
  files: '',
};

export interface TestServiceOptions {
  /** The first of the registry by default. */
  readonly algorithm?: AlgorithmName;
  readonly engine?: Engine;
  readonly model?: DeployedModel;
  readonly deployedModelId?: string;
  readonly phase?: Phase;
  readonly limits?: Partial<ServiceLimits>;
  readonly bodyMemoryBytes?: number;
  readonly connections?: Partial<ConnectionLimits>;
  /** PEM; with one the service speaks https. */
  readonly tls?: TlsPair;
  readonly corsOrigins?: readonly string[];
  readonly project?: string;
  readonly location?: string;
  readonly container?: ContainerAddress;
  readonly emulatorHost?: string;
  readonly observer?: CallObserver;
  /** Whatever asks for the deployments runs into a bug. */
  readonly bug?: boolean;
  /** Knows TOKEN by default. */
  readonly gate?: Gate;
}

const own = singleToken(TOKEN);
const ownGate = createGate(identifyToken(() => [own]));

export interface TestService {
  readonly url: string;
  readonly calls: CallCounter;
  readonly bodyMemory: BodyMemory;
  /** Reasons of what never became a call, and `dropped` for each connection above the limit. */
  readonly refused: readonly string[];
  /** Every line that was logged. */
  readonly logged: string[];
  close(): Promise<void>;
}

export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const name = options.algorithm ?? algorithmNames[0];
  const facts = algorithmFacts[name];
  const deployment: Deployment = {
    algorithm: algorithms[name],
    engine: options.engine ?? workingEngine(),
    model: options.model ?? TEST_MODEL,
    endpointId: name,
    deployedModelId: options.deployedModelId ?? `${name}-1`,
    title: facts.title,
    description: facts.summary,
    contractVersion: facts.version,
    sample: facts.sample,
  };
  const phase = options.phase ?? 'serving';
  const service: Service = {
    phase: () => phase,
    deployments: () => {
      if (options.bug) throw new Error('the test puts a bug here');
      return [deployment];
    },
    startedAt: new Date('2026-01-02T03:04:00Z'),
    limits: {
      maxInstances: 64,
      maxBodyBytes: 10_000_000,
      bodyTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
      ...options.limits,
    },
    project: options.project,
    location: options.location,
  };
  const logged: string[] = [];
  const refused: string[] = [];
  const calls = new CallCounter();
  const bodyMemory = new BodyMemory(options.bodyMemoryBytes ?? 100_000_000);
  const decoder = createDecoder(1);
  const fetcher = createObjectFetcher({
    maxBytes: 1_000_000,
    timeoutMs: 2_000,
    maxConcurrent: 4,
    ...(options.emulatorHost && { emulatorHost: options.emulatorHost }),
  });
  const app = createApp({
    handlers: createHandlers({ service, decoder, fetcher, bodyMemory, pace: new ReadingPace() }, options.container),
    gate: options.gate ?? ownGate,
    log: pino({ level: 'info', base: null }, { write: (line: string) => logged.push(line) }),
    calls,
    observer: options.observer ?? { onAnswer: () => {} },
  });
  const listener = createListener({
    app,
    hostname: '127.0.0.1',
    tls: options.tls,
    cors: createCors(options.corsOrigins ?? []),
    limits: {
      maxConnections: 100,
      headerTimeoutMs: 5_000,
      bodyTimeoutMs: 5_000,
      keepAliveTimeoutMs: 5_000,
      ...options.connections,
    },
    onRefusal: ({ reason }) => refused.push(reason),
    onDrop: () => refused.push('dropped'),
  });
  const port = await listener.listen(0, '127.0.0.1');
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    calls,
    bodyMemory,
    logged,
    refused,
    async close() {
      await listener.close();
      await Promise.all([decoder.close(), fetcher.close(), deployment.engine.close()]);
    },
  };
}
