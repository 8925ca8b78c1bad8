// Owns the run of all case files against the real server, for each algorithm, and what must hold over the whole run. One server for
// each set-up.
import { algorithmFacts, algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCaseFiles } from '../src/case-file.ts';
import { WRONG_TOKEN } from '../src/case-request.ts';
import { readContract } from '../src/contract.ts';
import { coverageGaps, unseenAnswers, unseenInstanceReasons, unseenRequestReasons } from '../src/coverage.ts';
import { type FakeStorage, STORAGE_TOKEN, startFakeStorage, UPSTREAM_WORDS } from '../src/fake-storage.ts';
import { namedTokens } from '../src/named-tokens.ts';
import { profilesOf, SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { answerLog } from '../src/report/answer-log.ts';
import { type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { checkAlive, runCase, type Target } from '../src/target.ts';
import { wavFile } from '../src/wav-file.ts';

const SECRETS = [SERVER_TOKEN, ...namedTokens, STORAGE_TOKEN, WRONG_TOKEN, UPSTREAM_WORDS];

const subjects = await Promise.all(
  algorithmNames.map(async (algorithm) => ({
    algorithm,
    contract: await readContract(algorithm),
    files: await loadCaseFiles(algorithm),
  })),
);

describe.each(subjects)('$algorithm', ({ algorithm, contract, files }) => {
  const profiles = profilesOf(algorithm);
  const recorder = createRecorder(contract, answerLog({ target: 'server', check: 'cases', algorithm }));
  const servers = new Map<string, ServerProcess>();
  let storage: FakeStorage;

  beforeAll(async () => {
    storage = await startFakeStorage({ clip: wavFile({}) });
    const starts = Object.entries(profiles).map(async ([name, { args = [], env }]) => {
      const settings = { args, env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url, ...env } };
      servers.set(name, await startReadyServer(settings));
    });
    // Not Promise.all: what starts after another failed must be known too, to be ended.
    const failed = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }, 60_000);

  afterAll(async () => {
    await Promise.all([...servers.values()].map((server) => server[Symbol.asyncDispose]()));
    await storage[Symbol.asyncDispose]();
  });

  const targetFor = (name: string): Target => {
    const [server, profile] = [servers.get(name), profiles[name]];
    if (server === undefined || profile === undefined) throw new Error(`No server has the set-up ${name}.`);
    return { url: server.url, token: SERVER_TOKEN, path: profile.path, recorder, secrets: SECRETS };
  };

  describe.each(files)('$name', ({ server, cases }) => {
    test.each(cases)('$name', async (given) => {
      expect(await runCase(targetFor(server), given)).toEqual([]);
    });

    test('the server goes on serving', async () => {
      expect(await checkAlive(targetFor(server))).toEqual([]);
    });
  });

  describe('over all cases', () => {
    test('every answer that the contract declares was seen', () => {
      const unseen = unseenAnswers(algorithmFacts[algorithm].operationSuffix);
      expect(coverageGaps(recorder.declared, recorder.seen.answers, unseen)).toEqual([]);
    });

    test('every reason was seen, for a call and for an instance', () => {
      const { request, instance } = contract.reasons;
      expect(coverageGaps(request, recorder.seen.requestReasons, unseenRequestReasons)).toEqual([]);
      expect(coverageGaps(instance, recorder.seen.instanceReasons, unseenInstanceReasons)).toEqual([]);
    });

    test.each(Object.keys(profiles))('the log of the %s server holds no token, no audio and no bug', (name) => {
      const server = servers.get(name);
      const output = `${server?.stderr()}`;
      for (const secret of SECRETS) expect(output).not.toContain(secret);
      // Longer than any hash or id; a clip in base64 or as numbers has thousands of characters.
      expect(output).not.toMatch(/[A-Za-z0-9+/=]{200}|(-?\d\.\d+,\s*){8}/);
      // 50 is pino's level for errors.
      expect(server?.log().filter(({ level }) => Number(level) >= 50)).toEqual([]);
    });
  });
});
