// Owns a call of the program's own API: the token in its header, and a failure in words that a person can use. Must not know what
// is asked for.
import { token } from './token.ts';

/** An answer that is a failure: google.rpc.Status, as the contract has it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The contract's reason; missing when something else than the program answered, for example a proxy. */
  readonly reason: string | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, { status, reason, requestId }: Pick<ApiError, 'status' | 'reason' | 'requestId'>) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.requestId = requestId;
  }
}

/** Nobody answered: the program is gone, or the network is. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

let base = '';

/** Calls go to the page's own origin, unless the page was opened from disk and is told where its server is: `http://host:port`. */
export function useServer(origin: string): void {
  base = origin;
}

/** Calls a path of the server with the token, if there is one. Throws ApiError, UnreachableError, or the signal's reason. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const given = token();
  if (given !== undefined) headers.set('Authorization', `Bearer ${given}`);
  let response: Response;
  try {
    response = await fetch(base + path, { ...init, headers, cache: 'no-store', credentials: 'omit' });
  } catch (error) {
    if (init.signal?.aborted) throw init.signal.reason;
    throw new UnreachableError('The server does not answer.', { cause: error });
  }
  if (response.ok) return response;
  throw await failureOf(response);
}

/** The JSON of a path; its form is what the contract says. Throws as `call` does. */
export async function getJson<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await call(path, init);
  // The program's own answers keep the contract; the caller names the type.
  return (await response.json()) as T;
}

/** Whether another token would help: there was none, or it is unknown, out of date or for another endpoint. */
export function wantsToken(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}

async function failureOf(response: Response): Promise<ApiError> {
  const { status, statusText, headers } = response;
  const requestId = headers.get('x-request-id') ?? undefined;
  try {
    const { error } = (await response.json()) as {
      error: { message: string; details?: readonly { readonly reason?: string }[] };
    };
    const reason = error.details?.find((detail) => detail.reason !== undefined)?.reason;
    return new ApiError(String(error.message), { status, reason, requestId });
  } catch {
    // No answer of the program's: a proxy before it, perhaps.
    return new ApiError(`The server answered ${status} ${statusText}.`, { status, reason: undefined, requestId });
  }
}
