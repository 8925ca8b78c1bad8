// Owns gates that are held in a state: the real limits and checks, around a caller that the test needs.
import { pino } from 'pino';
import { createGate, type Gate } from '../../src/auth/gate.ts';
import { identifyJwt } from '../../src/auth/identify-jwt.ts';
import { IssuerKeys } from '../../src/auth/issuer-keys.ts';

const caller = { name: 'a-caller', endpoints: undefined, limits: {} };

/** A caller whose token is for other endpoints. */
export function gateForAnotherEndpoint(): Gate {
  return createGate(() => ({ ...caller, endpoints: new Set(['another-endpoint']) }));
}

/** A caller that has used up its calls. */
export function gateWithoutACallLeft(): Gate {
  const gate = createGate(() => caller, { rate: { calls: 1, periodMs: 3_600_000 } });
  gate.admit(caller)();
  return gate;
}

/** A caller all of whose places are taken. */
export function gateWithCallsUnderWay(): Gate {
  const gate = createGate(() => caller, { concurrency: 1 });
  gate.admit(caller);
  return gate;
}

/** Nobody can be checked: port 1 of this machine has no server, and fetch refuses to ask. */
export function gateThatCannotCheck(): Gate {
  const keys = new IssuerKeys(new URL('http://127.0.0.1:1/keys'), pino({ enabled: false }));
  return createGate(identifyJwt(keys.find, { issuer: 'https://issuer.example', audience: ['a'], clockSkewSeconds: 0 }));
}
