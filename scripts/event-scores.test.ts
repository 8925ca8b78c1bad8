// Owns the proof that the event detector's scores arrive at a caller under their names: from the sounds of fixtures/hear-events to the
// answer of the real server, held to numbers that were computed without model and server.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startReadyServer } from '../contract-tests/src/server-process.ts';
import reference from '../fixtures/hear-events/reference/scores.json' with { type: 'json' };

/** The order of event_detector/README.md of google/hear, which that of the numbers is. */
const LABELS = ['cough', 'snore', 'baby_cough', 'breathe', 'sneeze', 'throat_clear', 'laugh', 'speech'];

test('the server gives the scores of the reference, each under its name', async () => {
  await using server = await startReadyServer({ args: ['--algorithms', 'hear-events', '--auth', 'none'] });
  const instances = await Promise.all(
    reference.entries.map(async ({ file }) => ({ input_bytes: await readFile(`fixtures/${file}`, 'base64') })),
  );
  const response = await fetch(`${server.url}/v1/projects/p/locations/l/endpoints/hear-events:predict`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ instances }),
  });
  expect(response.status).toBe(200);
  // The contract's own suites hold the answer's form.
  const { predictions } = (await response.json()) as { predictions: { scores: Record<string, number> }[] };
  expect(predictions).toHaveLength(reference.entries.length);
  for (const [place, { scores }] of reference.entries.entries()) {
    expect(Object.keys(predictions[place]?.scores ?? {}).toSorted()).toEqual(LABELS.toSorted());
    for (const [index, label] of LABELS.entries())
      expect(predictions[place]?.scores[label]).toBeCloseTo(scores[index] ?? Number.NaN, 4);
  }
});
