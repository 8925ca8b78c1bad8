// Owns what is wrong with a driver's result, and with what it sent, for one case. Must not know a language or a server.
import type { ClientCase, TargetName } from './client-case.ts';
import type { DriverPrediction, DriverResult } from './driver-protocol.ts';
import type { RelayedCall } from './relay.ts';

/** What one sound alone gives: its numbers, or the reason of its error. */
export type Reference = { readonly values: Float32Array } | { readonly reason: string };

export interface Seen {
  readonly target: TargetName;
  readonly result: DriverResult;
  readonly calls: readonly RelayedCall[];
  readonly mostAtOnce: number;
  /** Of each sound, in order; empty where the case expects no predictions. */
  readonly references: readonly Reference[];
  readonly version: string;
}

/** As in same-prediction.ts: a batch may add in another order. */
const NEAR = 1e-4;

/** Lines for a person; none when the case is met. */
export function problemsOf({ expect }: ClientCase, seen: Seen): string[] {
  const problems: string[] = [];
  const check = (what: string, got: unknown, want: unknown): void => {
    if (want !== undefined && got !== want) problems.push(`${what}: expected ${want}, got ${got}`);
  };
  const atMost = (what: string, got: number, most: number | undefined): void => {
    if (most !== undefined && got > most) problems.push(`${what}: expected at most ${most}, got ${got}`);
  };
  const { result, calls } = seen;
  if (expect.error !== undefined) {
    if (result.ok) problems.push(`expected an error of the kind ${expect.error.kind}, got predictions`);
    else {
      const { kind, status, reason, request_id: requestId, message } = result.error;
      check('kind of error', kind, expect.error.kind);
      if (kind !== expect.error.kind) problems.push(`it says: ${message}`);
      check('status', status, expect.error.status);
      check('reason', reason, expect.error.reason);
      if (expect.error.requestId && !requestId) problems.push('expected the id of the request, got none');
    }
  } else if (result.ok) {
    problems.push(...predictionProblems(expect.predictions, seen, result.predictions));
  } else {
    problems.push(`expected predictions, got ${result.error.kind}: ${result.error.message}`);
  }
  check('predictions sent', calls.length, expect.calls);
  for (const call of calls) {
    atMost('instances in a call', call.instances.length, expect.mostInstancesPerCall);
    atMost('bytes of a call', call.bytes, expect.mostBytesPerCall);
    atMost('bytes for each sound', call.bytes / Math.max(1, call.instances.length), expect.mostBytesPerSound);
    const agent = String(call.headers['user-agent'] ?? '');
    if (expect.namesItself && !agent.includes(`/${seen.version}`))
      problems.push(`user agent: expected the version ${seen.version}, got ${agent}`);
    const { sentAs } = expect;
    if (sentAs !== undefined && !call.instances.every((instance) => sentAs in instance)) {
      problems.push(`expected every sound as ${sentAs}, got ${Object.keys(call.instances[0] ?? {}).join()}`);
    }
  }
  atMost('calls at once', seen.mostAtOnce, expect.mostAtOnce);
  if (expect.inParallel && seen.mostAtOnce < 2) problems.push('expected calls side by side, got one after the other');
  if (expect.leastWaitMs !== undefined) {
    const [first, second] = calls;
    const waitedMs = (second?.startedAtMs ?? 0) - (first?.startedAtMs ?? 0);
    if (waitedMs < expect.leastWaitMs) {
      problems.push(`wait before the repeat: expected at least ${expect.leastWaitMs} ms, got ${Math.round(waitedMs)}`);
    }
  }
  return problems;
}

function predictionProblems(
  expected: NonNullable<ClientCase['expect']['predictions']> | undefined,
  { target, references }: Seen,
  predictions: readonly DriverPrediction[],
): string[] {
  if (expected === undefined) return [];
  if (typeof expected !== 'string') {
    const got = predictions.map((prediction) => ('error' in prediction ? prediction.error.reason : 'value'));
    return got.join() === expected.join() ? [] : [`predictions: expected ${expected.join()}, got ${got.join()}`];
  }
  if (predictions.length !== references.length) {
    return [`predictions: expected ${references.length}, got ${predictions.length}`];
  }
  // The mock computes no batches, so that nothing can be merely near.
  const tolerance = expected === 'near' && target === 'server' ? NEAR : 0;
  const wrong = predictions.flatMap((prediction, index) => {
    const want = references[index];
    return want !== undefined && isSame(prediction, want, tolerance) ? [] : [index];
  });
  return wrong.length === 0
    ? []
    : [`predictions: ${wrong.length} of ${predictions.length} are not those of their sounds, the first at ${wrong[0]}`];
}

function isSame(prediction: DriverPrediction, want: Reference, tolerance: number): boolean {
  if ('error' in prediction)
    return 'reason' in want && prediction.error.reason === want.reason && prediction.error.description !== '';
  if (!('values' in want)) return false;
  const bytes = Buffer.from(prediction.values, 'base64');
  if (bytes.length !== want.values.byteLength) return false;
  return want.values.every((value, index) => {
    const got = bytes.readFloatLE(index * 4);
    return tolerance === 0 ? Object.is(got, value) : Math.abs(got - value) <= tolerance;
  });
}
