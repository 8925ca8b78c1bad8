// Shows how many workers fit into memory, when a start or a swap is refused, and that the sums in the message are right.
import { describe, expect, test } from 'vitest';
import { demandRoom, hasRoomForSwap, type ModelMemory, type Occupant, workersThatFit } from './memory.ts';

/** As large as HeAR in float32: 1.212 GB of weights beside a model of 1.4 MB. */
const large: ModelMemory = { algorithm: 'large', bytes: 1_213_641_299, dataBytes: 1_212_243_968 };
/** Its weights stand in the model itself. */
const small: ModelMemory = { algorithm: 'small', bytes: 900_000, dataBytes: 0 };

const limits = (gigabytes: number, weights: 'private' | 'shared' = 'private') => ({
  limitBytes: gigabytes * 1e9,
  weights,
});
const problemOf = (act: () => void): string => {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return '';
};

describe('workers by default', () => {
  test.each([
    { given: 'room for all', models: [large], memory: limits(64), want: 8 },
    { given: 'room for 4 and their swap', models: [large], memory: limits(10), want: 4 },
    { given: 'a little less', models: [large], memory: limits(9.9), want: 3 },
    { given: 'two algorithms, one small', models: [large, small], memory: limits(10), want: 3 },
    { given: 'two large algorithms', models: [large, { ...large, algorithm: 'other' }], memory: limits(10), want: 2 },
    { given: 'shared weights', models: [large], memory: limits(3, 'shared'), want: 8 },
    { given: 'shared weights, of which there are none', models: [small], memory: limits(3, 'shared'), want: 8 },
    { given: 'no room at all', models: [large], memory: limits(1), want: 1 },
  ])('with $given: $want', ({ models, memory, want }) => {
    expect(workersThatFit(models, 8, memory)).toBe(want);
  });
});

describe('a layout', () => {
  const layout = (workers: number, ...models: ModelMemory[]): Occupant[] => models.map((model) => ({ model, workers }));

  test.each([
    { given: layout(1, large), memory: limits(1.5) },
    { given: layout(2, large, small), memory: limits(2.7) },
    { given: layout(8, large), memory: limits(1.6, 'shared') },
  ])('that fits passes', ({ given, memory }) => {
    expect(problemOf(() => demandRoom(given, memory))).toBe('');
  });

  test.each([
    {
      given: layout(4, large),
      memory: limits(4),
      want: [
        'the models need 5.06 GB of memory (large: 4 workers × 1.23 GB + 0.15 GB for the server), but there are 4.00 GB',
        'lower --workers to 3, use --weights shared, serve smaller models (npm run model -- import --variant int8) or give it more memory',
      ],
    },
    {
      given: layout(1, large),
      memory: limits(1),
      want: ['large: 1 worker × 1.23 GB', '; serve smaller models (npm run model -- import --variant int8) or give it'],
    },
    {
      given: layout(2, large, small),
      memory: limits(1, 'shared'),
      want: ['1.43 GB of memory (large: 1.21 GB shared, 2 workers × 0.02 GB + small: 2 workers × 0.02 GB + 0.15 GB'],
    },
  ])('that does not is refused with the sum', ({ given, memory, want }) => {
    const problem = problemOf(() => demandRoom(given, memory));
    for (const part of want) expect(problem).toContain(part);
  });

  test('beside the one that serves needs room for both', () => {
    const [both, serving] = [layout(1, large), layout(1, large)];
    expect(problemOf(() => demandRoom(both, limits(2.7), serving))).toBe('');
    expect(problemOf(() => demandRoom(both, limits(2.5), serving))).toContain(
      'the models need 2.61 GB of memory (large: 1 worker × 1.23 GB + large: 1 worker × 1.23 GB that serve until then + 0.15 GB for the server), but there are 2.50 GB; serve smaller models (npm run model -- import --variant int8) or restart the server with the new model',
    );
    expect([hasRoomForSwap(serving, limits(2.7)), hasRoomForSwap(serving, limits(2.5))]).toEqual([true, false]);
  });
});
