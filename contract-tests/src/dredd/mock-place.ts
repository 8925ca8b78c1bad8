// Owns where a documented call is made when the server is the mock: what needs a state of the server is asked for by name. Must not
// know what the answer has to be.
import type { Transaction } from '../transactions.ts';
import type { Place } from './run-dredd.ts';

export interface MockAddresses {
  /** Of a mock that was started with the token, and with it alone. */
  readonly url: string;
  /** Of one that was started with `--container`, too. */
  readonly containerUrl: string;
  readonly token: string;
}

/** The mock computes no tensors: it has the documented answers of these, whatever it is sent. */
const DOCUMENTED_ALONE = ['infer', 'inferVersion'];

/** The mock does not bound what a connection may send. */
const HEADERS_TOO_LARGE = 431;

export function mockPlace({ url, containerUrl, token }: MockAddresses): (transaction: Transaction) => Place {
  return ({ operationId, setup = {}, status, example, unfinished = false }) => {
    const { container = false, ...state } = setup;
    const byName =
      Object.keys(state).length > 0 ||
      unfinished ||
      status === HEADERS_TOO_LARGE ||
      (DOCUMENTED_ALONE.includes(operationId) && ![200, 401, 404, 405].includes(status));
    return {
      url: container === true ? containerUrl : url,
      token,
      // A call that names its answer has to be allowed in first.
      ...(byName && {
        headers: { prefer: `code=${status}, example=${example}`, authorization: `Bearer ${token}` },
      }),
    };
  };
}
