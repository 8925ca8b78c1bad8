// Owns the life of one server: listen, load, serve, drain, close. Everything that a start needs meets here. Knows no process:
// signals, arguments and exit codes belong to main.ts.
import type { HttpBindings } from '@hono/node-server';
import { createPages } from '@predict-schemata/pages';
import { Hono } from 'hono';
import { type Gate, openGate } from './auth/gate.ts';
import type { Config } from './config.ts';
import { createDecoder, decodeThreadsFor } from './decode/decoder.ts';
import { plan } from './deploy.ts';
import { Deployments } from './deployments.ts';
import { createAdminApp, listenForAdmin } from './http/admin.ts';
import { createApp } from './http/app.ts';
import { BodyMemory } from './http/body-memory.ts';
import { CallCounter } from './http/call-counter.ts';
import { createCors } from './http/cors.ts';
import type { Deployment, Phase, ReloadResult, Service } from './http/deployment.ts';
import { createHandlers } from './http/handlers.ts';
import { isReady } from './http/health.ts';
import { createListener, type Listener, type ListenerOptions } from './http/listener.ts';
import { metricsPage } from './http/metrics-page.ts';
import { ReadingPace } from './http/reading-pace.ts';
import { statusPage } from './http/status-page.ts';
import { observers } from './infer/engine-observer.ts';
import { lossCauses } from './infer/worker-loss.ts';
import { droppedLogLines, type Logger } from './observe/log.ts';
import { createMetrics, type Metrics } from './observe/metrics.ts';
import { RecentCalls } from './observe/recent-calls.ts';
import { seldom } from './observe/seldom.ts';
import { StageTimes } from './observe/stages.ts';
import { type ServedCertificate, servedCertificate } from './served-certificate.ts';
import { cores } from './settings.ts';
import { site } from './site.ts';
import { createObjectFetcher } from './storage/gcs-object.ts';

export interface RunningServer {
  /** `http://host:port` or `https://host:port`, with the port that was really taken. */
  readonly url: string;
  /** The certificate's file when it is self-signed: callers must be told to trust it. */
  readonly caFile: string | undefined;
  /** Where the operator's calls are answered, if anywhere. */
  readonly adminUrl: string | undefined;
  /** What is served now; empty until `ready` resolved. */
  readonly deployments: readonly Deployment[];
  /** Resolves when every model has run its warm-up; rejects when one cannot be loaded. */
  readonly ready: Promise<void>;
  /** Looks at the models' locations again and swaps what changed, see `Deployments.reload`. Rejects while it drains. */
  reload(): Promise<readonly ReloadResult[]>;
  /** Takes no new work, finishes what was accepted within `drainTimeoutMs`, then closes everything. */
  drain(): Promise<void>;
  /** Closes everything at once. */
  close(): Promise<void>;
}

/** Listens at once (liveness answers, the rest says STARTING) and loads the models. Throws ConfigError, or the listen error. */
export async function serve(config: Config, log: Logger, gate: Gate = openGate): Promise<RunningServer> {
  const planned = plan(config);
  const certificate = await servedCertificate(config);
  let phase: Phase = 'starting';
  const deployments = new Deployments({
    planned,
    config,
    log,
    observerOf: (algorithm) =>
      observers(metrics.engine(algorithm), recent.engine(algorithm), tracing?.batches(algorithm)),
  });
  const recent = new RecentCalls();
  const service = {
    phase: () => phase,
    deployments: () => deployments.current(),
    startedAt: new Date(),
    limits: config,
    project: config.project,
    location: config.location,
  } satisfies Service;
  const decoder = createDecoder(decodeThreadsFor(cores));
  const fetcher = createObjectFetcher({
    maxBytes: config.maxFetchBytes,
    timeoutMs: config.fetchTimeoutMs,
    maxConcurrent: config.maxFetches,
  });
  const container = config.container
    ? { endpointId: config.endpoint, deployedModelId: config.deployedModelId }
    : undefined;
  const calls = new CallCounter();
  // Imported here alone: without an endpoint nothing of it is loaded.
  const tracing = config.tracing && (await import('./observe/open-telemetry.ts')).startTracing(config.tracing, log);
  const bodyMemory = new BodyMemory(config.maxBodyMemoryBytes);
  const metrics = createMetrics({
    deployments: () => deployments.current(),
    ready: () => isReady(service),
    bodyBytes: () => bodyMemory.heldBytes,
    logLinesDropped: droppedLogLines,
    lossCauses,
  });
  const pages = new Hono<{ Bindings: HttpBindings }>().route('/', createPages({ site: site(planned, config) }));
  const metricsHere = config.metricsPort === undefined ? config.metrics : 'off';
  if (metricsHere !== 'off') pages.route('/', metricsPage(metrics, metricsHere === 'token' ? gate : openGate));
  // The same figures in another form: who may not read the metrics here needs a token.
  pages.route('/', statusPage({ service, recent, gate: metricsHere === 'open' ? openGate : gate }));
  const app = createApp({
    calls,
    observer: {
      onAnswer(call) {
        metrics.onAnswer(call);
        recent.onAnswer(call);
      },
    },
    tracing,
    handlers: createHandlers({ service, decoder, fetcher, bodyMemory, pace: new ReadingPace() }, container),
    gate,
    log,
    aliases: {
      ...(config.healthRoute && { getContainerHealth: config.healthRoute }),
      ...(config.predictRoute && { containerPredict: config.predictRoute }),
    },
    pages,
  });
  const tellOfDrops = seldom((count) =>
    log.warn({ count, maxConnections: config.maxConnections }, 'too many connections'),
  );
  const common: Omit<ListenerOptions, 'app'> = {
    hostname: config.host,
    tls: certificate.pair,
    limits: config,
    onRefusal: (refusal) => {
      log.info(refusal, 'refused');
      metrics.onAnswer({ status: refusal.status, facts: { reason: refusal.reason }, times: new StageTimes() });
    },
    onDrop: () => {
      metrics.connectionDropped();
      tellOfDrops();
    },
  };
  const listener = createListener({ ...common, app, cors: createCors(config.corsOrigin ?? []) });
  const port = await listener.listen(config.port, config.host);
  const metricsListener = await serveMetrics(config, metrics, log, gate, { ...common, certificate });
  const listeners = metricsListener === undefined ? [listener] : [listener, metricsListener];
  certificate.keepCurrent(listeners, log);
  const reload = () => deployments.reload();
  const admin =
    config.adminPort === undefined
      ? undefined
      : await listenForAdmin(config.adminPort, createAdminApp({ service, reload, log }));

  const load = async (): Promise<void> => {
    await deployments.load();
    if (phase === 'starting') phase = 'serving';
  };

  const close = async (graceMs = 0): Promise<void> => {
    phase = 'draining';
    metrics.close();
    certificate.close();
    admin?.close();
    await Promise.all(listeners.map((each) => each.close(graceMs)));
    await Promise.all([decoder.close(), fetcher.close(), deployments.close()]);
    await tracing?.shutdown();
  };

  return {
    url: certificate.urlOf(config.host, port),
    caFile: certificate.caFile,
    adminUrl: admin?.url,
    get deployments() {
      return deployments.current();
    },
    ready: load(),
    reload,
    async drain() {
      phase = 'draining';
      log.info('draining: finishing what was accepted');
      // The port stays open meanwhile: whoever comes now is told to try another replica.
      listener.endKeepAlive();
      const inTime = await Promise.race([calls.idle().then(() => true), timeout(config.drainTimeoutMs)]);
      if (!inTime)
        log.warn({ drainTimeoutMs: config.drainTimeoutMs }, 'some calls did not finish in time and are cut off');
      await close(inTime ? FLUSH_LIMIT_MS : 0);
      log.info('drained');
    },
    close: () => close(),
  };
}

/** Longest wait at the end of a drain for answers that are given but not yet on the wire. */
const FLUSH_LIMIT_MS = 1_000;

/** The metrics' own listener, where there is one. It stays open during a drain, so that the drain can be watched. */
async function serveMetrics(
  config: Config,
  metrics: Metrics,
  log: Logger,
  gate: Gate,
  { certificate, ...options }: Omit<ListenerOptions, 'app'> & { certificate: ServedCertificate },
): Promise<Listener | undefined> {
  if (config.metricsPort === undefined) return undefined;
  const app = metricsPage(metrics, config.metrics === 'token' ? gate : openGate);
  const listener = createListener({ ...options, app });
  const port = await listener.listen(config.metricsPort, config.host);
  log.info({ url: `${certificate.urlOf(config.host, port)}/metrics` }, 'metrics');
  return listener;
}

function timeout(ms: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, false).unref();
  });
}
