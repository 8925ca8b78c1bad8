// Owns what the shared code asks of an algorithm; generated/algorithms.ts answers. Must not know which algorithms there are.
import type { ClientOptions } from 'openapi-fetch';

/** The place of an endpoint below a base URL. */
export interface EndpointPath {
  readonly project: string;
  readonly location: string;
  readonly endpoint: string;
}

/** What a call takes beside its body. */
export interface CallInit {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The contract's types of one algorithm. */
export interface AlgorithmTypes {
  instance: object;
  prediction: object;
  request: { instances: object[] };
  response: { predictions: object[] };
  endpoint: object;
}

/** An answer as the generated core gives it. */
export interface CoreAnswer<T> {
  data?: T | undefined;
  error?: unknown;
  response: Response;
}

export interface AlgorithmFacts<T extends AlgorithmTypes> {
  /** The rate that samples are taken to have unless they come with another. */
  readonly sampleRateHz: number;
  readonly sampleCount: number;
  /** The field of a prediction that holds its result. */
  readonly resultField: string;
  /** @param base64 a WAV file */
  instanceOfFile(base64: string): T['instance'];
  instanceOfUri?(uri: string, token: string | undefined): T['instance'];
  predict(
    transport: ClientOptions,
    path: EndpointPath,
    body: T['request'],
    init: CallInit,
  ): Promise<CoreAnswer<T['response']>>;
  describe(transport: ClientOptions, path: EndpointPath, init: CallInit): Promise<CoreAnswer<T['endpoint']>>;
}
