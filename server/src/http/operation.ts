// Owns the types that tie a handler to the contract: what an operation receives and the only answers that it may give.
// An undeclared status, a body of another shape or a missing handler does not compile. Knows no operation by name.
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { Writable } from 'node:stream';
import type { FloatRows } from '@predict-schemata/floats';
import type { operations } from '@predict-schemata/generated/ts/service.gen.ts';
import type { Caller } from '../auth/caller.ts';
import type { CallFacts } from '../observe/call-record.ts';
import type { Logger } from '../observe/log.ts';
import type { StageTimes } from '../observe/stages.ts';
import type { CallTrace } from '../observe/tracing.ts';

export type OperationId = keyof operations;

/** A request in either version of HTTP. */
export type Incoming = IncomingMessage | Http2ServerRequest;

/** What the answers of both versions of HTTP share. */
export interface Outgoing extends Writable {
  writeHead(status: number, headers: OutgoingHttpHeaders): unknown;
}

/** One call as a handler sees it. */
export interface Call<O extends OperationId = OperationId> {
  readonly operation: O;
  readonly requestId: string;
  /** Who sent it, and which endpoints they may use. */
  readonly caller: Caller;
  /** Path parameters after percent-decoding. */
  readonly path: Readonly<Record<string, string>>;
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
  /** The address as the caller wrote it, for its query and for links back to this server. */
  readonly url: () => URL;
  readonly times: StageTimes;
  /** Undefined unless the server traces. */
  readonly trace: CallTrace | undefined;
  /** Tells the call's id with each line. */
  readonly log: () => Logger;
  readonly facts: CallFacts;
}

type Content<R> = R extends { content: infer C } ? C : never;
/** The headers that the contract names; the generated type's index signature would admit any. X-Request-Id and Server-Timing
 *  say nothing that a handler knows and are added in one place. */
type AddedHeader = 'X-Request-Id' | 'Server-Timing';
type DeclaredHeaders<R> = R extends { headers: infer H }
  ? { [K in keyof H as string extends K ? never : K extends AddedHeader ? never : K]: H[K] }
  : object;
type WithHeaders<H> = keyof H extends never ? { readonly headers?: undefined } : { readonly headers: H };

/** A list of numbers may be a typed array; bytes stay bytes. */
type Written<Body> = Body extends Uint8Array ? Body : FloatRows<Body>;

/** One declared answer: status, media type, body (lists of numbers may be typed arrays) and the headers that it demands. */
type Answer<R, S> = {
  [M in keyof Content<R>]: {
    readonly status: S;
    readonly mediaType: M;
    readonly body: Written<Content<R>[M]>;
  } & WithHeaders<DeclaredHeaders<R>>;
}[keyof Content<R>];

type Responses<O extends OperationId> = operations[O]['responses'];

/** The successful answers of an operation. Failures are thrown as RequestError and become an answer in one place. */
export type Reply<O extends OperationId> = {
  [S in keyof Responses<O>]: S extends 200 ? Answer<Responses<O>[S], S> : never;
}[keyof Responses<O>];

export type Handler<O extends OperationId> = (call: Call<O>) => Promise<Reply<O>> | Reply<O>;

/** A handler for every operation of the contract: forgetting one is a compile error. */
export type Handlers = { readonly [O in OperationId]: Handler<O> };
