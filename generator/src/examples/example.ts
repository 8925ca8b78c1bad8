// Owns what an example of the contract is: a request that was sent to a real server and the answer that came back. Written
// by hand as a request, completed by the recording command with an answer.
import type { JsonObject, JsonValue } from '../json.ts';
import type { Position } from '../source/position.ts';

export interface RecordedAnswer {
  readonly status: number;
  /** The headers that the contract declares, by lower or mixed case name as they were recorded. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or the text of an answer that is not JSON; null where the answer has no body. */
  readonly body: JsonValue;
}

export interface Example {
  /** Base name of its file, kebab-case. */
  readonly name: string;
  /** The name in the document: the base name in camelCase. */
  readonly key: string;
  /** The operation's id without an algorithm's suffix. */
  readonly operation: string;
  readonly summary: string;
  readonly description?: string;
  /** What is sent: `{ headers?, path?, query?, body?, … }`, fixtures filled in; `file` instead of `body` is a body in base64. */
  readonly request: JsonObject;
  /** What the server under test must be made to do first, as the recording command understands it. */
  readonly setup?: JsonValue;
  /** The status that the answer must have. */
  readonly status: number;
  /** Missing until it has been recorded. */
  readonly answer?: RecordedAnswer;
  /** The answer's file in the spec folder, whether it exists or not. */
  readonly answerFile: string;
  readonly position?: Position;
}
