// Owns what the engine needs to know of one call. Must not know a socket.
import type { InstanceReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { CallFailure } from '../failure.ts';
import type { Preference } from './prism.ts';

export interface Call {
  /** Upper case; HEAD comes as GET. */
  readonly method: string;
  /** Each segment decoded and encoded again, colons as they are, so that an address has one spelling. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  /** The body's bytes after decompression, or why they were refused. */
  readonly body: Uint8Array | CallFailure;
  readonly requestId: string;
  /** `http://host:port` as the caller wrote it. */
  readonly origin: string;
  readonly preference: Preference;
  readonly made: MadeUp;
}

/** What a scenario makes up for one call. */
export interface MadeUp {
  acceptsToken(token: string): boolean;
  /** The failure of one instance that is right, if it is to fail. */
  instanceFault(index: number): InstanceReason | undefined;
  /** The failure of fetching a file; `texts` are the instance's other texts, a token for the file among them. */
  remoteFault(uri: string, texts: readonly string[]): InstanceReason | undefined;
}
