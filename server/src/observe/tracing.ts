// Owns what tracing is to the rest of the server: a span for each call, one for each batch. Imports nothing, so that a server that does
// not trace pays nothing; open-telemetry.ts is the one that does the work.
import type { BatchObserver } from '../batch/batcher.ts';
import type { CallRecord } from './call-record.ts';

/** What is known of a call when it begins. */
export interface IncomingCall {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** The W3C Trace Context header as it came. */
  readonly traceparent: string | undefined;
}

/** The span of one call. */
export interface CallTrace {
  /** 32 hexadecimal digits, for the log. */
  readonly traceId: string;
  /** Ends the span and adds one for each stage. */
  end(call: CallRecord): void;
}

export interface Tracing {
  startCall(call: IncomingCall): CallTrace;
  /** Makes a span of each batch that holds instances of traced calls. The `origin` of an item is its CallTrace. */
  batches(algorithm: string): BatchObserver;
  /** Sends what is left; gives up after some seconds. */
  shutdown(): Promise<void>;
}
