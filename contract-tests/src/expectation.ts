// Owns the comparison of an answer with what its case expects. What the contract says of every answer is the recorder's.
import type { Expectation, ExpectedPrediction } from './case-file.ts';
import type { Answer } from './send.ts';

/** Everything in which the answer differs, as lines for a person; nothing when the case is met. */
export function differences(answer: Answer, expected: Expectation): string[] {
  const found: string[] = [];
  const compare = (what: string, got: unknown, want: unknown): void => {
    if (!matches(got, want)) found.push(`${what}: expected ${JSON.stringify(want)}, got ${JSON.stringify(got)}`);
  };
  compare('status', answer.status, expected.status);
  for (const [name, want] of Object.entries(expected.headers ?? {})) {
    compare(`header ${name}`, answer.headers[name.toLowerCase()] ?? null, want);
  }
  const body = json(answer);
  const error = errorOf(body);
  if (expected.reason !== undefined) compare('reason', error.reason, expected.reason);
  if (expected.message !== undefined) compare('message', error.message, expected.message);
  if (expected.fieldViolations !== undefined) {
    compare('fieldViolations', at(body, 'error', 'details', 1, 'fieldViolations'), expected.fieldViolations);
  }
  if (expected.body !== undefined) compare('body', body, expected.body);
  if (expected.predictions !== undefined) comparePredictions(at(body, 'predictions'), expected.predictions, compare);
  return found;
}

/** Why a call failed, from either form of an error: google.rpc.Status, or the inference protocols' text with the reason first. */
export function errorOf(body: unknown): { readonly reason: unknown; readonly message: unknown } {
  const error = at(body, 'error');
  const [, reason, message] = typeof error === 'string' ? (/^([A-Z][A-Z0-9_]+): (.*)$/s.exec(error) ?? []) : [];
  if (reason !== undefined) return { reason, message };
  return { reason: at(error, 'details', 0, 'reason'), message: at(error, 'message') };
}

/** The reason of a failed call. */
export function reasonOf(answer: Answer): unknown {
  return errorOf(json(answer)).reason;
}

function comparePredictions(
  predictions: unknown,
  expected: readonly ExpectedPrediction[],
  compare: (what: string, got: unknown, want: unknown) => void,
): void {
  compare('number of predictions', Array.isArray(predictions) ? predictions.length : undefined, expected.length);
  for (const [index, want] of expected.entries()) {
    const got = at(predictions, index);
    // What a prediction looks like is the contract's to say, which the recorder asks of every answer.
    if (want === 'prediction') compare(`predictions[${index}].error`, at(got, 'error'), undefined);
    else compare(`predictions[${index}].error`, at(got, 'error'), want);
  }
}

/** The answer's body as JSON; its text when it is none. */
export function json({ body }: Answer): unknown {
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The value at a path into JSON, undefined when the way there is missing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    // Any object may be asked for any key; the result stays unknown.
    return typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined;
  }, value);
}

/** Objects hold at least what is wanted; lists as many members; a text between slashes is a regular expression. */
function matches(got: unknown, want: unknown): boolean {
  if (typeof want === 'string') {
    const [, source] = /^\/(.*)\/$/s.exec(want) ?? [];
    return source === undefined ? got === want : typeof got === 'string' && new RegExp(source, 'u').test(got);
  }
  if (Array.isArray(want)) {
    return (
      Array.isArray(got) && got.length === want.length && want.every((member, index) => matches(got[index], member))
    );
  }
  if (typeof want === 'object' && want !== null) {
    return Object.entries(want).every(([key, member]) => matches(at(got, key), member));
  }
  return got === want;
}
