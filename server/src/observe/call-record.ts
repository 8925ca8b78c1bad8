// Owns what is known of a call when its answer is made, for whoever counts, traces or logs calls. Must not know HTTP: a status is
// a number here.
import type { ErrorReason, InstanceReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { StageTimes } from './stages.ts';

/** Gathered on a call's way, and printed in its log line. Never audio, never tokens. */
export interface CallFacts {
  /** Id of the contract's operation; missing when the path or the method has none. */
  operation?: string;
  /** Missing unless the call reached an algorithm. */
  algorithm?: string;
  /** Name of the token or subject of the JSON Web Token; missing where nobody asks who calls. Subjects come without end. */
  caller?: string;
  bodyBytes?: number;
  /** Instances in the body. */
  instances?: number;
  /** Instances that failed, by reason. */
  instanceErrors?: Partial<Record<InstanceReason, number>>;
  /** Why the call as a whole failed. */
  reason?: ErrorReason;
  [fact: string]: unknown;
}

/** One call whose answer is made. All stages have ended. */
export interface CallRecord {
  /** HTTP status; 499 for a caller that went away. */
  readonly status: number;
  readonly facts: Readonly<CallFacts>;
  readonly times: StageTimes;
}

/** Whoever counts calls. Called once for each, on the HTTP thread before the answer is sent: must be quick and must not throw. */
export interface CallObserver {
  onAnswer(call: CallRecord): void;
}
