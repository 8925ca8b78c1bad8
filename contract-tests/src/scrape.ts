// Owns reading /metrics: Prometheus's text format as series, and what a test asks of them. Must not know which metrics there are.
import { type Answer, send } from './send.ts';

export interface Series {
  /** As a query names it: a histogram has NAME_bucket, NAME_sum and NAME_count. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the metrics at `url`. Throws when they are not served. */
export async function scrape(url: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly Series[]> {
  return parseScrape(await requestMetrics(url, headers));
}

export function requestMetrics(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return send(url, { method: 'GET', path: '/metrics', headers });
}

/** Prometheus's exposition format 0.0.4. Throws for a status but 200 and for lines that are none. */
export function parseScrape({ status, body }: Answer): readonly Series[] {
  const text = body.toString('utf8');
  if (status !== 200) throw new Error(`/metrics answers ${status}: ${text.slice(0, 300)}`);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`This is no sample of a metric: ${line}`);
    return { name, labels: labelsOf(labels), value: Number(value.replace('Inf', 'Infinity')) };
  });
}

function labelsOf(text: string): Record<string, string> {
  const pairs = text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/g);
  return Object.fromEntries([...pairs].map(([, label = '', value = '']) => [label, value.replace(/\\(.)/g, '$1')]));
}

/** The sum over all series of `name` that carry at least these labels; 0 when there is none. */
export function total(series: readonly Series[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels);
  return series
    .filter((one) => one.name === name && wanted.every(([label, value]) => one.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
