// Owns where a documented call is made when the server is our own: at the real HTTP side in the state that the call needs. Must not
// know what the answer has to be.
import type { AlgorithmName } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { Place } from '../../contract-tests/src/dredd/run-dredd.ts';
import type { Transaction } from '../../contract-tests/src/transactions.ts';
import { TOKEN } from '../../server/test/support/test-service.ts';
import { type Setup, startStates } from '../examples/states.ts';

export interface PlacesOfServer {
  place(transaction: Transaction): Promise<Place>;
  close(): Promise<void>;
}

/** Starts a server for each state when the first call needs it. */
export async function startPlaces(algorithm: AlgorithmName): Promise<PlacesOfServer> {
  const states = await startStates(algorithm);
  return {
    // The setup's form is that of the examples' folder.
    place: async ({ setup = {}, unfinished = false }) =>
      unfinished
        ? { notExercised: 'takes a body that never ends, which Dredd cannot send: the server tests do' }
        : { url: (await states.service(setup as Setup)).url, token: TOKEN },
    close: () => states.close(),
  };
}
