// Owns the metrics: their names, their units and what feeds them. Label values come from closed sets alone (operation ids, reasons,
// stages, names of algorithms and of the model files served), so that no caller can make the scrape grow. Must not know HTTP.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchObserver, Outcome } from '../batch/batcher.ts';
import type { CallObserver } from './call-record.ts';
import { registerProcessMetrics } from './process-metrics.ts';

/** What one algorithm's engine and model say of themselves when a scrape comes. */
export interface ObservedDeployment {
  readonly algorithm: { readonly name: string };
  readonly engine: {
    status(): { readonly workers: number; readonly queueDepth: number; readonly inFlight: number };
  };
  readonly model: {
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
    readonly development: boolean;
  };
}

export interface MetricsOptions {
  /** What is served now; asked at every scrape. */
  readonly deployments: () => readonly ObservedDeployment[];
  /** True while calls are taken; asked at every scrape. */
  readonly ready: () => boolean;
  /** Every cause for which a worker can be lost. */
  readonly lossCauses: readonly string[];
  /** Bytes that bodies hold now; asked at every scrape. */
  readonly bodyBytes: () => number;
  /** Lines that the log has left out; asked at every scrape. */
  readonly logLinesDropped: () => number;
}

/** Counts everything of one server. Close it: it watches the event loop. */
export interface Metrics extends CallObserver {
  /** Feeds the metrics of one algorithm's engine. */
  engine(algorithm: string): BatchObserver & { onWorkerLost(loss: { readonly cause: string }): void };
  /** A connection above the limit was closed unread. */
  connectionDropped(): void;
  /** The scrape, in Prometheus's text format 0.0.4. */
  text(): Promise<string>;
  readonly contentType: string;
  close(): void;
}

/** 0.1 ms to the request timeout's default; a small call takes some milliseconds, a full-size model a second. */
const SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
/** Up to the largest --max-batch. */
const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
/** How an instance can end without being computed: its caller went away, its time was up, no worker is left. */
const DROP_REASONS = ['CLIENT_CLOSED_REQUEST', 'DEADLINE_EXCEEDED', 'UNHEALTHY'] as const satisfies Outcome[];
/** Stands for the operation of a call whose path or method has none. */
const NO_OPERATION = 'none';

export function createMetrics({ deployments, ready, lossCauses, bodyBytes, logLinesDropped }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets = SECONDS) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });

  const calls = counter('predict_calls_total', 'Answered calls; 499 is a caller that went away.', [
    'operation',
    'status',
  ]);
  const refusals = counter('predict_refusals_total', 'Calls that failed as a whole, by reason.', ['reason']);
  const callSeconds = histogram('predict_call_seconds', 'Time from the request’s head to its finished answer.', [
    'algorithm',
  ]);
  const stageSeconds = histogram('predict_stage_seconds', 'Time of a predict call in one stage.', [
    'algorithm',
    'stage',
  ]);
  const instances = counter('predict_instances_total', 'Instances in the bodies that could be parsed.', ['algorithm']);
  const instanceErrors = counter('predict_instance_errors_total', 'Instances that failed, by reason.', [
    'algorithm',
    'reason',
  ]);
  const batchRows = histogram('predict_batch_rows', 'Instances in one batch.', ['algorithm'], ROWS);
  const batchSeconds = histogram('predict_batch_compute_seconds', 'Time of one batch in a worker.', ['algorithm']);
  const batchFailures = counter('predict_batch_failures_total', 'Batches that a worker could not compute.', [
    'algorithm',
  ]);
  const batchRetries = counter(
    'predict_batch_retries_total',
    'Instances that are computed again, each alone, after their batch failed.',
    ['algorithm'],
  );
  const queueWait = histogram('predict_queue_wait_seconds', 'Time of one instance in the queue.', ['algorithm']);
  const dropped = counter(
    'predict_dropped_total',
    'Instances that left the queue before they cost a worker anything.',
    ['algorithm', 'reason'],
  );
  const workersLost = counter('predict_workers_lost_total', 'Worker threads that were lost, by cause.', [
    'algorithm',
    'cause',
  ]);

  const connectionsDropped = counter(
    'predict_connections_dropped_total',
    'Connections above the limit, closed unread.',
    [],
  );
  registerDeployments(registry, deployments);
  new Gauge({
    name: 'predict_ready',
    help: '1 while calls are taken.',
    registers,
    collect() {
      this.set(ready() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'predict_body_bytes_in_flight',
    help: 'Bytes that bodies hold, from receiving to their answer.',
    registers,
    collect() {
      this.set(bodyBytes());
    },
  });
  new Counter({
    name: 'predict_log_lines_dropped_total',
    help: 'Log lines left out because nobody read them.',
    registers,
    collect() {
      this.reset();
      this.inc(logLinesDropped());
    },
  });
  const processMetrics = registerProcessMetrics(registry);

  return {
    onAnswer({ status, facts, times }) {
      calls.inc({ operation: facts.operation ?? NO_OPERATION, status });
      if (facts.reason !== undefined) refusals.inc({ reason: facts.reason });
      const { algorithm } = facts;
      if (algorithm === undefined) return;
      let first = Number.NaN;
      let last = Number.NaN;
      for (const { stage, startMs, endMs } of times.passed) {
        if (Number.isNaN(first)) first = startMs;
        last = endMs;
        stageSeconds.observe({ algorithm, stage }, (endMs - startMs) / 1000);
      }
      callSeconds.observe({ algorithm }, (last - first) / 1000);
      if (facts.instances !== undefined) instances.inc({ algorithm }, facts.instances);
      for (const [reason, count] of Object.entries(facts.instanceErrors ?? {})) {
        instanceErrors.inc({ algorithm, reason }, count);
      }
    },

    engine(algorithm) {
      // A counter that has never counted is missing from the scrape, and an alert on its rate would miss the first time.
      for (const zero of [batchFailures, batchRetries, instances]) zero.inc({ algorithm }, 0);
      for (const reason of DROP_REASONS) dropped.inc({ algorithm, reason }, 0);
      for (const cause of lossCauses) workersLost.inc({ algorithm, cause }, 0);
      return {
        onBatch({ rows, waitsMs, retry }) {
          if (retry) batchRetries.inc({ algorithm });
          batchRows.observe({ algorithm }, rows);
          for (const waitMs of waitsMs) queueWait.observe({ algorithm }, waitMs / 1000);
        },
        onBatchEnd({ computeMs, error }) {
          batchSeconds.observe({ algorithm }, computeMs / 1000);
          if (error !== undefined) batchFailures.inc({ algorithm });
        },
        onSettled({ outcome, computed }) {
          if (!computed) dropped.inc({ algorithm, reason: outcome });
        },
        onWorkerLost: ({ cause }) => workersLost.inc({ algorithm, cause }),
      };
    },

    connectionDropped: () => connectionsDropped.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => processMetrics.close(),
  };
}

/** What is asked at the scrape and costs nothing in between. After a change of the model the old one's series are gone. */
function registerDeployments(registry: Registry, deployments: () => readonly ObservedDeployment[]): void {
  const registers = [registry];
  const perAlgorithm = (
    name: string,
    help: string,
    value: (status: ReturnType<ObservedDeployment['engine']['status']>) => number,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ['algorithm'],
      registers,
      collect() {
        this.reset();
        for (const { algorithm, engine } of deployments()) {
          this.set({ algorithm: algorithm.name }, value(engine.status()));
        }
      },
    });
  };
  perAlgorithm('predict_workers', 'Worker threads that can compute.', ({ workers }) => workers);
  perAlgorithm('predict_queue_depth', 'Instances that wait for a worker.', ({ queueDepth }) => queueDepth);
  perAlgorithm('predict_in_flight', 'Instances that are computed.', ({ inFlight }) => inFlight);
  new Gauge({
    name: 'predict_model_info',
    help: 'The model that is served. development="true" is an untrained stand-in, whose numbers mean nothing.',
    labelNames: ['algorithm', 'model', 'version', 'sha256', 'development'],
    registers,
    collect() {
      this.reset();
      for (const { algorithm, model } of deployments()) {
        const { name, version, sha256, development } = model;
        this.set({ algorithm: algorithm.name, model: name, version, sha256, development: String(development) }, 1);
      }
    },
  });
}
