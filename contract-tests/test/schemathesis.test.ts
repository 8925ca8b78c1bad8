// Owns the run of Schemathesis against the server: made-up calls, valid and invalid, of every operation. Those of one run are those of
// the next; what is found once becomes a case.
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { describe, expect, test } from 'vitest';
import { readContract } from '../src/contract.ts';
import { startFakeStorage } from '../src/fake-storage.ts';
import { SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { answerLog } from '../src/report/answer-log.ts';
import { runSchemathesis } from '../src/schemathesis/run-schemathesis.ts';
import { startReadyServer } from '../src/server-process.ts';
import { wavFile } from '../src/wav-file.ts';

/** An installation, then a run, on a busy machine. */
const LIMIT_MS = 400_000;

/** Calls for each operation in each phase. */
const EXAMPLES = 8;

describe.each(algorithmNames)('made-up calls of %s', (algorithm) => {
  test('get answers of the contract', { timeout: LIMIT_MS }, async () => {
    await using storage = await startFakeStorage({ clip: wavFile({}) });
    await using server = await startReadyServer({
      env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url, ALGORITHMS: algorithm },
    });
    const log = answerLog({ target: 'server', check: 'fuzz', algorithm });
    const result = await runSchemathesis({
      algorithm,
      url: server.url,
      token: SERVER_TOKEN,
      recorder: createRecorder(await readContract(algorithm), log),
      examples: EXAMPLES,
      note: (text) => console.error(text),
    });
    expect(result.findings).toBe(undefined);
    expect(result.problems).toEqual([]);
    // Each operation in each phase; far fewer means that it gave up.
    expect(result.calls).toBeGreaterThan(200);
  });
});
