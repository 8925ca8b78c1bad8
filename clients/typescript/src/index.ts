// Owns what the package offers on every platform; `./node` adds what needs Node.
export { type Algorithms, VERSION } from '../generated/algorithms.ts';
export { PredictClient } from '../generated/predict-client.ts';
export type { EndpointPath } from './algorithm.ts';
export {
  AuthenticationError,
  CancelledError,
  ConnectionError,
  DeadlineError,
  type FailureFacts,
  InvalidAnswerError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  PredictError,
  RateLimitError,
  ServerError,
  UnavailableError,
} from './errors.ts';
export type { RetryPolicy } from './retry.ts';
export type { LazyFile, Sound } from './sound.ts';
export type { ClientOptions, Converted, PredictOptions, SoundAnswer } from './sound-client.ts';
export { type Limits, serverTarget, type Target, vertexDedicatedTarget, vertexSharedTarget } from './target.ts';
export type { TokenProvider } from './token-gate.ts';
export { encodeWav, type Samples } from './wav.ts';
