// Owns the check that calls do not starve each other, whichever route they come by: the real HTTP side over an engine whose batches
// end when the test says so.

import { expect, test } from 'vitest';
import { steppedEngine } from '../support/engines.ts';
import { startTestService, TOKEN } from '../support/test-service.ts';

const ENDPOINT = '/v1/projects/p/locations/l/endpoints/hear';
/** A limit that only a hang reaches. */
const LONG = { timeout: 20_000 };
/** Each row begins with its number, which the engine gives back. */
const row = (first: number) => ({ input_array: [first, ...new Array<number>(31_999).fill(0)] });

test('a large call on one route is split and put together in order, and a small one on another ends long before it', async () => {
  const { engine, step } = steppedEngine();
  const service = await startTestService({ algorithm: 'hear', engine });
  const firsts = async (method: string, ids: readonly number[]): Promise<number[]> => {
    const response = await fetch(`${service.url}${ENDPOINT}:${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ instances: ids.map(row) }),
    });
    // The shape is the contract's, which other tests hold every answer against.
    const { predictions } = (await response.json()) as { predictions: { embedding: number[] }[] };
    return predictions.map(({ embedding }) => embedding[0] ?? Number.NaN);
  };
  try {
    const ids = Array.from({ length: 40 }, (_, index) => index);
    const large = firsts('predict', ids);
    await expect.poll(() => engine.status(), LONG).toMatchObject({ inFlight: 8, queueDepth: 32 });
    const small = firsts('rawPredict', [100, 101]);
    await expect.poll(() => engine.status().queueDepth, LONG).toBe(34);
    let largeEnded = false;
    void large.then(() => {
      largeEnded = true;
    });
    // The batch that ran when it came, and the next one, which it shares.
    step();
    step();
    expect(await small).toEqual([100, 101]);
    expect(largeEnded).toBe(false);
    for (let left = 0; left < 4; left += 1) step();
    expect(await large).toEqual(ids);
  } finally {
    await service.close();
  }
});
