// Owns what the figures of a report look like. Must not know where they come from.
import { element } from '../shared/dom.ts';
import type { AlgorithmStatus, Latency, RecentCalls, StatusReport } from '../shared/status-report.ts';

/** A section for the limits and one for each algorithm. Nothing in them takes the focus, so that they can be replaced at any time. */
export function reportOf({ algorithms, limits, startedAt }: StatusReport): HTMLElement[] {
  const shownLimits: Facts = [
    ['Instances in one call', whole(limits.maxInstances)],
    ['Bytes of one body', bytes(limits.maxBodyBytes)],
    ['Longest wait', duration(limits.requestTimeoutMs)],
    ['Places in the queue', limits.maxQueue && whole(limits.maxQueue)],
    ['Instances in one batch', limits.maxBatch && whole(limits.maxBatch)],
    ['Running since', new Date(startedAt).toLocaleString()],
  ];
  return [
    ...algorithms.map(algorithmSection),
    element('section', { class: 'card' }, element('h2', {}, 'Limits'), factList(shownLimits)),
  ];
}

function algorithmSection({ name, title, endpointId, deployedModelId, model, engine, recent }: AlgorithmStatus) {
  const facts: Facts = [
    ['Model', model.displayName],
    ['Deployed as', deployedModelId],
    ['Version', model.version],
    ['Endpoint', endpointId],
    ['Hash of the file', model.sha256 && `${model.sha256.slice(0, 12)}…`],
    ['Loaded', model.loadedAt && new Date(model.loadedAt).toLocaleString()],
  ];
  const now: Facts = engine
    ? [
        ['Engine', engine.state, true],
        ['Workers', whole(engine.workers), true],
        ['Waiting', whole(engine.queueDepth), true],
        ['Computing', whole(engine.inFlight), true],
      ]
    : [];
  return element(
    'section',
    { class: 'card', 'data-algorithm': name },
    element('h2', {}, title, model.development && ' (development model)'),
    factList(facts),
    engine && factList(now),
    recent && recentSection(recent),
  );
}

function recentSection({ windowMs, calls, failed, instances, total, stages, batches }: RecentCalls): HTMLElement {
  const facts: Facts = [
    ['Calls', whole(calls), true],
    ['Failed', whole(failed), true],
    ['Instances', whole(instances), true],
    ['Batches', whole(batches.count), true],
    [
      'Instances in a batch',
      batches.count > 0 && `${batches.meanRows.toFixed(1)}, at most ${batches.largestRows}`,
      true,
    ],
  ];
  return element(
    'div',
    {},
    element('h3', {}, `In the last ${duration(windowMs)}`),
    factList(facts),
    total && stageTable([...stages, { stage: 'the whole call', ...total }]),
  );
}

function stageTable(rows: readonly ({ readonly stage: string } & Latency)[]): HTMLElement {
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, 'Stage'),
    element('th', { scope: 'col', class: 'figure' }, 'Median'),
    element('th', { scope: 'col', class: 'figure' }, '95th percentile'),
  );
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      {},
      element('caption', {}, 'Where the time of a call goes'),
      element('thead', {}, head),
      element(
        'tbody',
        {},
        ...rows.map(({ stage, medianMs, p95Ms }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, stage),
            element('td', { class: 'figure' }, duration(medianMs)),
            element('td', { class: 'figure' }, duration(p95Ms)),
          ),
        ),
      ),
    ),
  );
}

/** Name, value, and whether the value is one to be seen from afar. A fact without a value is left out. */
type Facts = readonly (readonly [name: string, value: string | number | false | undefined, isFigure?: boolean])[];

function factList(facts: Facts): HTMLElement {
  const shown = facts.filter(([, value]) => value !== undefined && value !== false && value !== 0);
  return element(
    'dl',
    { class: 'facts' },
    ...shown.map(([name, value, isFigure]) =>
      element(
        'div',
        {},
        element('dt', {}, name),
        element('dd', { class: isFigure === true && 'figure' }, String(value)),
      ),
    ),
  );
}

function whole(value: number): string {
  return value.toLocaleString();
}

function bytes(value: number): string {
  return value >= 1_048_576
    ? `${(value / 1_048_576).toLocaleString(undefined, { maximumFractionDigits: 1 })} MiB`
    : whole(value);
}

function duration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`;
  return `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
}
