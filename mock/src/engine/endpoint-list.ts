// Owns the list of endpoints: each algorithm's as the contract's examples describe it, and one page of them. A page token is the
// index of its first endpoint.
import { routes } from '@predict-schemata/generated/ts/routes.gen.ts';
import { CallFailure } from '../failure.ts';
import { at } from '../json.ts';
import { recast, type Surroundings } from './recast.ts';

/** The endpoints of one algorithm. */
export function describedEndpoints(around: Surroundings): unknown[] {
  const { paths } = around.contract.document;
  const answer = at(paths, routes.listEndpoints.path, routes.listEndpoints.method, 'responses', '200');
  const [example] = Object.values(Object(at(answer, 'content', 'application/json', 'examples')));
  const endpoints = at(example, 'value', 'endpoints');
  if (!Array.isArray(endpoints)) throw new Error('The contract has no example of listEndpoints. Run npm run examples.');
  return endpoints.map((endpoint) => recast(endpoint, around));
}

/** As the contract says of `pageSize`. */
const LARGEST_PAGE = 100;

/** `pageSize` was checked against the contract. Throws CallFailure for a token that no answer gave. */
export function pageOf(endpoints: readonly unknown[], query: Readonly<Record<string, string>>): object {
  const size = Math.min(Number(query['pageSize']) || LARGEST_PAGE, LARGEST_PAGE);
  const token = query['pageToken'] || '0';
  const start = /^\d{1,9}$/.test(token) ? Number(token) : Number.NaN;
  if (!(start <= endpoints.length)) {
    const description = 'Expected the nextPageToken of an earlier answer';
    throw new CallFailure('INVALID_VALUE', `pageToken: ${description}, got another text.`, {
      fieldViolations: [{ field: 'pageToken', description }],
    });
  }
  const end = start + size;
  return { endpoints: endpoints.slice(start, end), ...(end < endpoints.length && { nextPageToken: String(end) }) };
}
