import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { resultsPage } from './report.ts';
import { keptResults, RESULTS_PAGE } from './results-folder.ts';
import { NODE_ALONE, OURS, peers } from './subjects.ts';

test('RESULTS.md says what the kept results say', async () => {
  expect(await readFile(RESULTS_PAGE, 'utf8')).toBe(resultsPage(await keptResults()));
});

test('kept results compare with every peer, or say who is missing', async () => {
  for (const { peers: compared } of await keptResults()) {
    if (compared === undefined) continue;
    const seen = new Set([...compared.cells.map(({ subject }) => subject), ...Object.keys(compared.missing)]);
    expect(seen).toEqual(new Set([OURS, NODE_ALONE, ...peers.map(({ name }) => name)]));
  }
});

test('no result names the machine, its user or a path', async () => {
  expect(JSON.stringify(await keptResults())).not.toMatch(/\/(home|root|Users|tmp|work|var)\//);
});
