// Owns the client that sends: the one for pages with jQuery, as it is given out. It looks for jQuery where plain scripts put it, so
// that must have been put there before.
import './jquery-global.ts';
import '@predict-schemata/jquery-client/generated/predict-schemata.js';
import { token } from '../shared/token.ts';

export type KnownAlgorithm = { readonly name: PredictSchemata.AlgorithmName } & PredictSchemata.AlgorithmFacts;

/** Facts of an algorithm by its name in the contract. Throws for one that this build of the page does not know. */
export function factsOf(name: string): KnownAlgorithm {
  const { algorithms } = window.PredictSchemata;
  if (!Object.hasOwn(algorithms, name)) {
    throw new Error(`This page does not know ${name}, which the server serves. Load the page from that server.`);
  }
  // It was just looked for among the names.
  const known = name as PredictSchemata.AlgorithmName;
  return { name: known, ...algorithms[known] };
}

/** A client of one endpoint, given by its resource name `projects/P/locations/L/endpoints/E`. */
export function clientOf(server: string, endpointName: string): PredictSchemata.Client {
  const [, project, , location, , endpoint] = endpointName.split('/');
  if (project === undefined || location === undefined || endpoint === undefined) {
    throw new Error('The server names an endpoint in another form than the contract has. This is a bug.');
  }
  return window.PredictSchemata.client({ baseUrl: server, project, location, endpoint, token: () => token() ?? '' });
}
