import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CallFacts } from './call-record.ts';
import { createMetrics, type Metrics, type ObservedDeployment } from './metrics.ts';
import { StageTimes } from './stages.ts';

const deployment = (model: Partial<ObservedDeployment['model']> = {}): ObservedDeployment => ({
  algorithm: { name: 'tone' },
  engine: { status: () => ({ workers: 2, queueDepth: 3, inFlight: 4 }) },
  model: { name: 'tiny', version: '7', sha256: 'abc', development: false, ...model },
});

let metrics: Metrics;
let deployments: readonly ObservedDeployment[];
let ready: boolean;
beforeEach(() => {
  deployments = [deployment()];
  ready = true;
  metrics = createMetrics({
    deployments: () => deployments,
    ready: () => ready,
    bodyBytes: () => 4096,
    logLinesDropped: () => 17,
    lossCauses: ['hang', 'memory'],
  });
});
afterEach(() => metrics.close());

/** Sample lines that begin with one of the names, sorted. */
async function samples(...names: string[]): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines
    .filter((line) => names.some((name) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)))
    .sort();
}

function answered(status: number, facts: CallFacts): void {
  const times = new StageTimes();
  const startMs = performance.now();
  times.enter('parse', startMs + 100);
  times.end(startMs + 2_100);
  metrics.onAnswer({ status, facts, times });
}

describe('calls', () => {
  test('are counted by operation and status, and by reason when they fail', async () => {
    answered(200, { operation: 'predict', algorithm: 'tone', instances: 5, instanceErrors: { INVALID_AUDIO: 2 } });
    answered(429, { operation: 'predict', algorithm: 'tone', reason: 'QUEUE_FULL' });
    answered(404, { reason: 'ROUTE_NOT_FOUND' });
    expect(await samples('predict_calls_total', 'predict_refusals_total')).toEqual([
      'predict_calls_total{operation="none",status="404"} 1',
      'predict_calls_total{operation="predict",status="200"} 1',
      'predict_calls_total{operation="predict",status="429"} 1',
      'predict_refusals_total{reason="QUEUE_FULL"} 1',
      'predict_refusals_total{reason="ROUTE_NOT_FOUND"} 1',
    ]);
    expect(await samples('predict_instances_total', 'predict_instance_errors_total')).toEqual([
      'predict_instance_errors_total{algorithm="tone",reason="INVALID_AUDIO"} 2',
      'predict_instances_total{algorithm="tone"} 5',
    ]);
  });

  test('give their stages in seconds, and only where an algorithm was reached', async () => {
    answered(200, { operation: 'predict', algorithm: 'tone' });
    answered(200, { operation: 'getHealth' });
    const buckets = await samples('predict_stage_seconds_bucket');
    expect(buckets).toContain('predict_stage_seconds_bucket{le="1",algorithm="tone",stage="parse"} 0');
    expect(buckets).toContain('predict_stage_seconds_bucket{le="2.5",algorithm="tone",stage="parse"} 1');
    expect(await samples('predict_call_seconds_count')).toEqual(['predict_call_seconds_count{algorithm="tone"} 1']);
    const [sum = ''] = await samples('predict_call_seconds_sum');
    // The stages start when the record is made, a moment before the test looks at the clock.
    expect(Number(sum.split(' ')[1])).toBeCloseTo(2.1, 1);
  });
});

describe('batches', () => {
  test('stand at zero from the start, so that the first failure is a rise', async () => {
    metrics.engine('tone');
    expect(
      await samples('predict_batch_failures_total', 'predict_batch_retries_total', 'predict_workers_lost_total'),
    ).toEqual([
      'predict_batch_failures_total{algorithm="tone"} 0',
      'predict_batch_retries_total{algorithm="tone"} 0',
      'predict_workers_lost_total{algorithm="tone",cause="hang"} 0',
      'predict_workers_lost_total{algorithm="tone",cause="memory"} 0',
    ]);
  });

  test('give sizes, waits, times, failures and retries', async () => {
    const observer = metrics.engine('tone');
    observer.onBatch?.({ rows: 3, cost: 3, queueDepth: 0, waitsMs: [1, 20, 3_000], retry: false });
    observer.onBatchEnd?.({ rows: 3, computeMs: 200, origins: [], error: new Error('the test lets it fail') });
    observer.onBatch?.({ rows: 1, cost: 1, queueDepth: 0, waitsMs: [], retry: true });
    observer.onBatchEnd?.({ rows: 1, computeMs: 50, origins: [] });
    observer.onWorkerLost({ cause: 'hang' });
    observer.onSettled?.({ outcome: 'OK', totalMs: 1, computed: true });
    observer.onSettled?.({ outcome: 'DEADLINE_EXCEEDED', totalMs: 1, computed: false });
    expect(await samples('predict_dropped_total')).toContain(
      'predict_dropped_total{algorithm="tone",reason="DEADLINE_EXCEEDED"} 1',
    );
    expect(await samples('predict_batch_rows_sum', 'predict_batch_rows_count')).toEqual([
      'predict_batch_rows_count{algorithm="tone"} 2',
      'predict_batch_rows_sum{algorithm="tone"} 4',
    ]);
    expect(await samples('predict_queue_wait_seconds_sum', 'predict_batch_compute_seconds_sum')).toEqual([
      'predict_batch_compute_seconds_sum{algorithm="tone"} 0.25',
      'predict_queue_wait_seconds_sum{algorithm="tone"} 3.021',
    ]);
    expect(
      await samples('predict_batch_failures_total', 'predict_batch_retries_total', 'predict_workers_lost_total'),
    ).toEqual([
      'predict_batch_failures_total{algorithm="tone"} 1',
      'predict_batch_retries_total{algorithm="tone"} 1',
      'predict_workers_lost_total{algorithm="tone",cause="hang"} 1',
      'predict_workers_lost_total{algorithm="tone",cause="memory"} 0',
    ]);
  });
});

describe('what is served', () => {
  test('is asked when the scrape comes', async () => {
    expect(await samples('predict_workers', 'predict_queue_depth', 'predict_in_flight', 'predict_ready')).toEqual([
      'predict_in_flight{algorithm="tone"} 4',
      'predict_queue_depth{algorithm="tone"} 3',
      'predict_ready 1',
      'predict_workers{algorithm="tone"} 2',
    ]);
    ready = false;
    expect(await samples('predict_ready')).toEqual(['predict_ready 0']);
  });

  test('an exchanged model leaves no series of the old one', async () => {
    expect(await samples('predict_model_info')).toHaveLength(1);
    deployments = [deployment({ version: '8', sha256: 'def' })];
    expect(await samples('predict_model_info')).toEqual([
      'predict_model_info{algorithm="tone",model="tiny",version="8",sha256="def",development="false"} 1',
    ]);
    deployments = [];
    expect(await samples('predict_model_info', 'predict_workers')).toEqual([]);
  });
});

describe('the process', () => {
  test('shows what was lost before it became a call or a line', async () => {
    metrics.connectionDropped();
    // Read twice: the count of lines is asked, not added up.
    await metrics.text();
    expect(await samples('predict_log_lines_dropped_total', 'predict_connections_dropped_total')).toEqual([
      'predict_connections_dropped_total 1',
      'predict_log_lines_dropped_total 17',
    ]);
  });

  test('shows memory and CPU under their usual names', async () => {
    for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_heap_size_used_bytes']) {
      expect(await samples(name), name).toHaveLength(1);
    }
  });

  test('shows a blocked event loop', async () => {
    const longestS = async () => {
      const lines = await samples('predict_event_loop_delay_seconds');
      expect(lines).toHaveLength(3);
      return Number(lines.find((line) => line.includes('quantile="1"'))?.split(' ')[1]);
    };
    await new Promise((resolve) => setTimeout(resolve, 50));
    const until = performance.now() + 300;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await longestS()).toBeGreaterThan(0.25);
  });
});
