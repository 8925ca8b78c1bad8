// Owns what the server knows about whoever calls: a name, the endpoints it may use and how often. Must not know tokens.
import { RequestError } from '../errors.ts';
import type { CallLimits } from './call-limits.ts';

/** Whoever sent a call. */
export interface Caller {
  /** For logs and metrics: the name of the token or the subject of the JWT. Undefined when nobody asks who calls. */
  readonly name: string | undefined;
  /** Ids of the endpoints that it may use; undefined stands for all. */
  readonly endpoints: ReadonlySet<string> | undefined;
  readonly limits: CallLimits;
}

/** Whoever calls where no token is asked for. */
export const ANYONE: Caller = { name: undefined, endpoints: undefined, limits: {} };

/** Whether `caller` may use the endpoint. */
export function mayUse({ endpoints }: Caller, endpointId: string): boolean {
  return endpoints === undefined || endpoints.has(endpointId);
}

/** Longest list of endpoints in a message. */
const SHOWN_ENDPOINTS = 5;

/**
 * Throws RequestError with TOKEN_NOT_FOR_ENDPOINT when `caller` may not use the endpoint. To be asked before it is looked up: a
 * caller learns nothing about endpoints that are not its own, not even whether they exist.
 */
export function requireEndpoint(caller: Caller, endpointId: string): void {
  if (mayUse(caller, endpointId)) return;
  const own = [...(caller.endpoints ?? [])];
  const shown = own.slice(0, SHOWN_ENDPOINTS).join(', ');
  const more = own.length > SHOWN_ENDPOINTS ? ` and ${own.length - SHOWN_ENDPOINTS} more` : '';
  const allowed = own.length === 0 ? 'The token may use no endpoint.' : `The token may use ${shown}${more}.`;
  throw new RequestError(
    'TOKEN_NOT_FOR_ENDPOINT',
    `Expected a token for the endpoint ${JSON.stringify(endpointId.slice(0, 100))}, got a valid one for others. ${allowed} Ask the operator for another token.`,
  );
}
