// Owns the run of all case files against the mock, for each algorithm. It has to come to the server's verdict: status, reason, headers, and at each
// place a prediction or the same reason. The words of a message are each one's own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCaseFiles } from '../src/case-file.ts';
import { WRONG_TOKEN } from '../src/case-request.ts';
import { readContract } from '../src/contract.ts';
import { STORAGE_TOKEN } from '../src/fake-storage.ts';
import { type MockProcess, startMock } from '../src/mock-process.ts';
import { mockDifferences, mockProfiles, serverOnlyProfiles } from '../src/mock-profiles.ts';
import { profilesOf, SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { answerLog } from '../src/report/answer-log.ts';
import { checkAlive, runCase, type Target } from '../src/target.ts';
import { verdict } from '../src/verdict.ts';

const subjects = await Promise.all(
  algorithmNames.map(async (algorithm) => ({
    algorithm,
    contract: await readContract(algorithm),
    files: await loadCaseFiles(algorithm),
  })),
);

describe.each(subjects)('$algorithm', ({ algorithm, contract, files }) => {
  const profiles = profilesOf(algorithm);
  const recorder = createRecorder(contract, answerLog({ target: 'mock', check: 'cases', algorithm }));
  const mocks = new Map<string, MockProcess>();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mock-cases-'));
    const starts = Object.entries(mockProfiles(folder, algorithm)).map(async ([name, args]) => {
      mocks.set(name, await startMock(args));
    });
    // Not Promise.all: what starts after another failed must be known too, to be ended.
    const failed = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }, 60_000);

  afterAll(async () => {
    await Promise.all([...mocks.values()].map((mock) => mock[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true, force: true });
  });

  const targetFor = (name: string): Target => {
    const [mock, profile] = [mocks.get(name), profiles[name]];
    if (mock === undefined || profile === undefined) throw new Error(`No mock has the set-up ${name}.`);
    const secrets = [SERVER_TOKEN, STORAGE_TOKEN, WRONG_TOKEN];
    return { url: mock.url, token: SERVER_TOKEN, path: profile.path, recorder, secrets };
  };

  describe.each(files.filter(({ server }) => !(server in serverOnlyProfiles)))(
    '$name',
    ({ name: file, server, cases }) => {
      test.each(cases)('$name', async (given) => {
        const problems = await runCase(targetFor(server), { ...given, expect: verdict(given.expect) });
        if (`${file}: ${given.name}` in mockDifferences) expect(problems).not.toEqual([]);
        else expect(problems).toEqual([]);
      });

      test('the mock goes on serving', async () => {
        expect(await checkAlive(targetFor(server))).toEqual([]);
      });
    },
  );

  test('every set-up of the server is one of the mock or says why it is not', () => {
    const listed = [...Object.keys(mockProfiles(folder, algorithm)), ...Object.keys(serverOnlyProfiles)];
    expect(listed.sort()).toEqual(Object.keys(profiles).sort());
  });

  test('every known difference is one of a case', () => {
    const names = files.flatMap(({ name, cases }) => cases.map((given) => `${name}: ${given.name}`));
    expect(names).toEqual(expect.arrayContaining(Object.keys(mockDifferences)));
  });

  test.each(Object.keys(profiles).filter((name) => !(name in serverOnlyProfiles)))(
    'the %s mock printed no token, no audio and no bug',
    (name) => {
      // The line to paste in the greeting holds the token of the start.
      const [, output = ''] = `${mocks.get(name)?.output()}`.split('Ready after');
      for (const secret of [SERVER_TOKEN, STORAGE_TOKEN, WRONG_TOKEN]) expect(output).not.toContain(secret);
      expect(output).not.toMatch(/[A-Za-z0-9+/=]{200}|bug/);
    },
  );
});
