// Owns the metrics of the process itself: the standard ones under their usual names, and the event loop's delay. Knows no call.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/** How often the delay is measured; Node's own default. */
const RESOLUTION_MS = 10;
/** Two scrapers beside each other, as Prometheus pairs are, must not leave one with an empty window. */
const MIN_WINDOW_MS = 10_000;
const QUANTILES = [0.5, 0.99, 1] as const;

/** Registers `process_*`, `nodejs_*` and `predict_event_loop_delay_seconds`. Close it to end the measuring. */
export function registerProcessMetrics(registry: Registry): { close(): void } {
  // The library's own event loop gauges hold the interval of measuring itself (an idle loop shows 10 ms) and are emptied by every
  // scrape. They cannot be left out, so they measure next to never and are taken away.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 3_600_000 });
  for (const { name } of registry.getMetricsAsArray()) {
    if (name.startsWith('nodejs_eventloop_lag')) registry.removeSingleMetric(name);
  }
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let windowSinceMs = performance.now();
  new Gauge({
    name: 'predict_event_loop_delay_seconds',
    help: 'How late the HTTP thread’s event loop runs, over the time since the last scrape (10 s at least); quantile 1 is the longest.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      // Node gives the time between two measurements, in nanoseconds; what is above the interval is the delay.
      for (const quantile of QUANTILES) {
        const delayMs = delay.count === 0 ? 0 : delay.percentile(quantile * 100) / 1e6 - RESOLUTION_MS;
        this.set({ quantile: String(quantile) }, Math.max(0, delayMs) / 1000);
      }
      if (performance.now() - windowSinceMs < MIN_WINDOW_MS) return;
      windowSinceMs = performance.now();
      delay.reset();
    },
  });
  return { close: () => void delay.disable() };
}
