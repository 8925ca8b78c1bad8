// Owns what the downloads hold: every window that was sent, with its result or what was wrong with it. Must not know a page.
import { shortestDouble } from './float32-text.ts';
import { npyFile } from './npy-file.ts';

/** One window that was sent. */
export interface SentWindow {
  /** The recording's name, as the person knows it. */
  readonly clip: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** The result's numbers; missing when there is an error. */
  readonly values?: Float32Array | undefined;
  readonly error?: { readonly reason: string; readonly description: string } | undefined;
}

/** What all windows have in common. */
export interface ResultFacts {
  readonly algorithm: string;
  readonly model: string;
  readonly deployedModelId: string;
  readonly sampleRateHz: number;
  /** The contract's name of the result, for example `embedding`. */
  readonly resultField: string;
  /** Names of the numbers; empty where they have none. */
  readonly resultNames: readonly string[];
  /** How many numbers a result has. */
  readonly resultLength: number;
}

/** Everything in words; lists of numbers as the contract has them. */
export function jsonText(windows: readonly SentWindow[], facts: ResultFacts): string {
  const { algorithm, model, deployedModelId, sampleRateHz, resultField, resultNames } = facts;
  const clips = windows.map(({ clip, startSeconds, endSeconds, values, error }) => ({
    clip,
    startSeconds,
    endSeconds,
    ...(values && { [resultField]: resultOf(values, resultNames) }),
    ...(error && { error }),
  }));
  return `${JSON.stringify({ algorithm, model, deployedModelId, sampleRateHz, clips }, null, 1)}\n`;
}

function resultOf(values: Float32Array, names: readonly string[]): number[] | Record<string, number> {
  const numbers = Array.from(values, shortestDouble);
  return names.length === 0 ? numbers : Object.fromEntries(names.map((name, index) => [name, numbers[index] ?? 0]));
}

/** A table as RFC 4180 has it: a window in each line, a number in each column; the numbers of a failed one are empty. */
export function csvText(
  windows: readonly SentWindow[],
  { resultField, resultNames, resultLength }: ResultFacts,
): string {
  const columns =
    resultNames.length > 0
      ? resultNames
      : Array.from({ length: resultLength }, (_, index) => `${resultField}_${index}`);
  const lines = windows.map(({ clip, startSeconds, endSeconds, values, error }) => [
    clip,
    startSeconds,
    endSeconds,
    error?.reason ?? '',
    error?.description ?? '',
    ...columns.map((_, index) => (values === undefined ? '' : shortestDouble(values[index] ?? 0))),
  ]);
  const head = ['clip', 'start_seconds', 'end_seconds', 'error_reason', 'error_description', ...columns];
  return [head, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** Quoted where it must be. A spreadsheet would take text that begins so for a formula and run it; a quote before it makes it text. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The numbers alone, a row for each window; those of a failed one are NaN, so that rows keep their places. */
export function npyBytes(windows: readonly SentWindow[], { resultLength }: ResultFacts): Uint8Array<ArrayBuffer> {
  const nothing = new Float32Array(resultLength).fill(Number.NaN);
  return npyFile(
    windows.map(({ values }) => values ?? nothing),
    resultLength,
  );
}
