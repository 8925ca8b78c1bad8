// Owns the proof that what is given to operators fits the server: every metric and label that the dashboard, the alerts and the scrape
// configuration name is in a scrape of a server that has served, refused and failed calls.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { at } from '../src/expectation.ts';
import { startFakeStorage } from '../src/fake-storage.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { selectorsIn } from '../src/promql.ts';
import { repositoryRoot } from '../src/repository-root.ts';
import { parseScrape, type Series } from '../src/scrape.ts';
import { send } from '../src/send.ts';
import { startReadyServer } from '../src/server-process.ts';
import { wavFile } from '../src/wav-file.ts';

const PREDICT = profiles['default']?.path ?? '';
const clip = wavFile({});
const good = { input_bytes: clip.toString('base64') };
const held = { gcs_uri: 'gs://contract-tests/held.wav' };
/** Prometheus gives every series these two. */
const ADDED_LABELS = ['instance', 'job'];
/** What Grafana puts in the place of its variables. */
const GRAFANA = { $__rate_interval: '1m', $algorithm: '.*', $instance: '.*' };

const read = (path: string): Promise<string> => readFile(join(repositoryRoot, 'deploy', path), 'utf8');
const dashboard: unknown = JSON.parse(await read('grafana/dashboard.json'));
const alerts: unknown = parse(await read('prometheus/alerts.yml'));
const scraping: unknown = parse(await read('prometheus/prometheus.yml'));

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('Expected a list in the file.');
  return value;
}

const panels = list(at(dashboard, 'panels')).filter((panel) => at(panel, 'type') !== 'row');
const rules = list(at(alerts, 'groups', 0, 'rules'));
const expressions = [
  ...panels.flatMap((panel) =>
    list(at(panel, 'targets')).map((target) => ({
      where: `dashboard: ${at(panel, 'title')}`,
      expression: Object.entries(GRAFANA).reduce(
        (text, [variable, value]) => text.replaceAll(variable, value),
        String(at(target, 'expr')),
      ),
      legend: String(at(target, 'legendFormat')),
    })),
  ),
  ...rules.map((rule) => ({
    where: `alert: ${at(rule, 'alert')}`,
    expression: String(at(rule, 'expr')),
    legend: `${at(rule, 'annotations', 'summary')} ${at(rule, 'annotations', 'description')}`,
  })),
];

let series: readonly Series[];
beforeAll(async () => {
  await using storage = await startFakeStorage({ clip });
  // As in a container: on an address that others reach, where a scrape needs the token.
  await using server = await startReadyServer({
    args: ['--max-instances', '2', '--max-queue', '2', '--request-timeout-ms', '2000'],
    env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url, AIP_MODE: 'PREDICTION' },
  });
  const authorization = `Bearer ${SERVER_TOKEN}`;
  const predict = async (instances: readonly object[], options: { signal?: AbortSignal } = {}) => {
    const body = Buffer.from(JSON.stringify({ instances }));
    const headers = { authorization, 'content-type': 'application/json' };
    return (await send(server.url, { method: 'POST', path: PREDICT, headers, body }, options)).status;
  };
  expect(await predict([good, { input_bytes: 'AAAA' }])).toBe(200);
  expect(await predict([])).toBe(400);
  const filling = predict([held, held]);
  await storage.holding(2);
  expect(await predict([good])).toBe(429);
  // The whole call fails when cloud storage does not answer in time.
  expect(await filling).toBe(504);

  const path = String(at(scraping, 'scrape_configs', 0, 'metrics_path'));
  const scheme = String(at(scraping, 'scrape_configs', 0, 'authorization', 'type'));
  expect(scheme).toBe('Bearer');
  series = parseScrape(await send(server.url, { method: 'GET', path, headers: { authorization } }));
}, 60_000);

test('there is something to check', () => {
  expect(panels.length).toBeGreaterThan(15);
  expect(rules.length).toBeGreaterThan(5);
});

describe.each(expressions)('$where', ({ expression, legend }) => {
  test(`${expression}`, () => {
    const shown = new Set<string>();
    for (const { metric, labels, equals } of selectorsIn(expression)) {
      const found = series.filter(({ name }) => name === metric);
      expect(found, `${metric} in the scrape`).not.toEqual([]);
      const known = new Set([...ADDED_LABELS, ...found.flatMap((one) => Object.keys(one.labels))]);
      if (found.length > 0)
        expect(
          labels.filter((label) => !known.has(label)),
          `labels of ${metric}`,
        ).toEqual([]);
      for (const [label, value] of Object.entries(equals)) {
        expect(
          found.map((one) => one.labels[label]),
          `${metric} with ${label}`,
        ).toContain(value);
      }
      for (const label of known) shown.add(label);
    }
    const named = [...legend.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label);
    expect(named.filter((label) => !shown.has(label))).toEqual([]);
    // Words about a metric are as wrong as a query when it does not exist.
    for (const [metric] of legend.matchAll(/\bpredict_[a-z_]+\b/g)) {
      expect(
        series.some(({ name }) => name.startsWith(metric)),
        metric,
      ).toBe(true);
    }
  });
});

test('the variables of the dashboard come from metrics that exist', () => {
  for (const variable of list(at(dashboard, 'templating', 'list')).slice(1)) {
    const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(String(at(variable, 'definition'))) ?? [];
    const one = series.find(({ name }) => name === metric);
    expect(one, metric).toBeDefined();
    expect([...ADDED_LABELS, ...Object.keys(one?.labels ?? {})]).toContain(label);
  }
});

test('the page for operators names exactly the metrics that there are', async () => {
  const page = await readFile(join(repositoryRoot, 'docs', 'operating.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `(predict_\w+)`/gm)].map(([, name]) => name);
  const names = series.map(({ name }) => name.replace(/_(bucket|sum|count)$/, ''));
  expect(documented.toSorted()).toEqual([...new Set(names.filter((name) => name.startsWith('predict_')))].sort());
});

test('a metric that does not exist and a query that is none are noticed', () => {
  expect(series.some(({ name }) => name === 'predict_made_up_total')).toBe(false);
  expect(selectorsIn('sum by (x) (rate(predict_made_up_total{y="z"}[5m]))')).toEqual([
    { metric: 'predict_made_up_total', labels: ['y', 'x'], equals: { y: 'z' } },
  ]);
  expect(() => selectorsIn('sum by (le) (rate(predict_calls_total[5m])')).toThrow('no PromQL');
});
