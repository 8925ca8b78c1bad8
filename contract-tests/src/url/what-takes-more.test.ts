import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { expect, test } from 'vitest';
import { loadCaseFiles } from '../case-file.ts';
import { readTransactions, type Transaction } from '../transactions.ts';
import { namedCases, whyNotCase, whyNotTransaction } from './what-takes-more.ts';

test.each(algorithmNames)('every case of %s that is named is one', async (algorithm) => {
  const files = await loadCaseFiles(algorithm);
  const names = files.flatMap(({ name, cases }) => cases.map((one) => `${name}: ${one.name}`));
  expect(names).toEqual(expect.arrayContaining([...namedCases]));
});

test.each(algorithmNames)(
  'a server with a token gets the calls and cases of %s that need no more',
  async (algorithm) => {
    const reasons = (await readTransactions(algorithm)).map((one) => whyNotTransaction(one, true));
    expect(reasons.filter((reason) => reason === undefined).length).toBeGreaterThan(50);
    expect(reasons).toContain('takes a server that runs as a container of Vertex AI');
  },
);

const transaction: Transaction = {
  operationId: 'predict',
  status: 200,
  example: 'x',
  summary: 'x',
  method: 'POST',
  path: '/v1/x:predict',
  headers: {},
};

test.each([
  { name: 'a plain call', over: {}, want: undefined },
  { name: 'a call that any container gets', over: { setup: { container: true } }, want: undefined },
  { name: 'a state', over: { setup: { phase: 'starting', container: true } }, want: /in a state of its own \(phase\)/ },
  { name: 'a missing token', over: { status: 401 }, want: /give --token/ },
  { name: 'a body without end', over: { unfinished: true }, want: /never ends/ },
])('without a token, $name', ({ over, want }) => {
  const reason = whyNotTransaction({ ...transaction, ...over }, false);
  if (want === undefined) expect(reason).toBe(undefined);
  else expect(reason).toMatch(want);
});

test.each([
  { name: 'a token', given: { request: { token: 'wrong' } }, want: /give --token/ },
  { name: 'our storage', given: { request: { json: ['gs://contract-tests/x'] } }, want: /takes the storage/ },
  { name: 'nothing', given: {}, want: /undefined/ },
])('a case that needs $name', ({ given, want }) => {
  const file = { name: 'file', why: 'x', server: 'default', cases: [] };
  const one = { name: 'case', request: {}, expect: { status: 200 }, ...given };
  expect(String(whyNotCase(file, one, { hasToken: false, alone: true }))).toMatch(want);
});
