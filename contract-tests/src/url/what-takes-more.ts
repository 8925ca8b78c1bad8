// Owns which documented calls and cases need more than an address: a state that a healthy server does not have, a set-up, a storage.
// Each with the reason that a report gives. Must not know how a call is made.
import type { Case, CaseFile } from '../case-file.ts';
import type { Transaction } from '../transactions.ts';

const TOKEN = 'takes a server that asks for a token: give --token';

/** Why a documented call cannot be made to just any server; undefined when it can. */
export function whyNotTransaction(
  { setup = {}, status, path, unfinished = false }: Transaction,
  hasToken: boolean,
): string | undefined {
  const { container = false, ...state } = setup;
  const names = Object.keys(state);
  if (unfinished) return 'takes a body that never ends, which Dredd cannot send';
  if (names.length > 0) return `takes a server in a state of its own (${names.sort().join(', ')})`;
  if (container === true && path.includes('/deployedModels/'))
    return 'takes a server that runs as a container of Vertex AI';
  return status === 401 && !hasToken ? TOKEN : undefined;
}

/** What the storage of the contract tests holds. */
const OWN_STORAGE = 'gs://contract-tests/';

/** `file: case` → why it is about our own development server alone. */
const OWN_SERVER: Readonly<Record<string, string>> = {
  'predict-answer: facts': 'names the development model',
};

/** What they expect of a list is the whole list. */
const ALONE = [
  'open-inference-server: models in V1',
  'resources: endpoints',
  'resources: endpoints, one a page',
  'resources: endpoints, as many a page as the server likes',
  'resources: endpoints, more a page than the server gives',
];

/** What is known of a server before its first case. */
export interface ServerFacts {
  readonly hasToken: boolean;
  /** It has one algorithm. */
  readonly alone: boolean;
}

/** Why a case cannot be run against just any server; undefined when it can. */
export function whyNotCase(
  file: CaseFile,
  { name, request, expect }: Case,
  { hasToken, alone }: ServerFacts,
): string | undefined {
  if (file.server !== 'default') return `takes a server with the set-up "${file.server}"`;
  if (JSON.stringify(request).includes(OWN_STORAGE)) return 'takes the storage of the contract tests';
  if (!hasToken && (expect.status === 401 || (request.token ?? 'valid') !== 'valid')) return TOKEN;
  const fullName = `${file.name}: ${name}`;
  if (!alone && ALONE.includes(fullName)) return 'takes a server that has one algorithm';
  return OWN_SERVER[fullName];
}

/** `file: case` of all that is named here. */
export const namedCases: readonly string[] = [...Object.keys(OWN_SERVER), ...ALONE];
