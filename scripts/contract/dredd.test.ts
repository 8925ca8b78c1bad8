// Owns the run of every documented call, by Dredd, against the server in each state and against the mock: each declared answer of
// each operation is exercised, or the run fails.
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { describe, expect, test } from 'vitest';
import { readContract } from '../../contract-tests/src/contract.ts';
import { mockPlace } from '../../contract-tests/src/dredd/mock-place.ts';
import { runDredd } from '../../contract-tests/src/dredd/run-dredd.ts';
import { startMock } from '../../contract-tests/src/mock-process.ts';
import { SERVER_TOKEN } from '../../contract-tests/src/profiles.ts';
import { createRecorder } from '../../contract-tests/src/recorder.ts';
import { answerLog, noteNotExercised } from '../../contract-tests/src/report/answer-log.ts';
import { startPlaces } from './states.ts';

const LIMIT_MS = 240_000;

describe.concurrent.each(algorithmNames)('the documented calls of %s', (algorithm) => {
  test('get the documented answers from the server', { timeout: LIMIT_MS }, async () => {
    const log = answerLog({ target: 'server', check: 'documented', algorithm });
    const recorder = createRecorder(await readContract(algorithm), log);
    const places = await startPlaces(algorithm);
    try {
      const result = await runDredd({ algorithm, place: places.place, recorder });
      for (const [name, reason] of result.notExercised) noteNotExercised({ target: 'server', algorithm, name, reason });
      expectAll(result, recorder);
    } finally {
      await places.close();
    }
  });

  test('get the documented answers from the mock', { timeout: LIMIT_MS }, async () => {
    const log = answerLog({ target: 'mock', check: 'documented', algorithm });
    const recorder = createRecorder(await readContract(algorithm), log);
    await using mock = await startMock(['--token', SERVER_TOKEN, '--algorithms', algorithm]);
    await using container = await startMock(['--token', SERVER_TOKEN, '--algorithms', algorithm, '--container']);
    const place = mockPlace({ url: mock.url, containerUrl: container.url, token: SERVER_TOKEN });
    const result = await runDredd({ algorithm, place, recorder });
    expectAll(result, recorder);
  });
});

function expectAll(result: Awaited<ReturnType<typeof runDredd>>, recorder: ReturnType<typeof createRecorder>): void {
  const failed = [...result.calls].filter(([, problems]) => problems.length > 0);
  expect(Object.fromEntries(failed)).toEqual({});
  expect(result.undocumented).toEqual([]);
  const listed = [...result.notExercised.keys()].map((name) => name.split(' ').slice(0, 2).join(' '));
  expect(recorder.declared.filter((key) => !recorder.seen.answers.has(key)).sort()).toEqual(listed.sort());
}
