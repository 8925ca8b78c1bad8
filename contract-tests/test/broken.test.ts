// Owns the proof that the contract checks can fail: servers that are broken in one way each, and which check found it.

import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrokenProxy } from '../src/broken/broken-proxy.ts';
import { WAYS_TO_BREAK, type WayToBreak } from '../src/broken/ways-to-break.ts';
import { loadCaseFiles } from '../src/case-file.ts';
import { checkProfile } from '../src/conformance/profile.ts';
import { readContract } from '../src/contract.ts';
import { mockPlace } from '../src/dredd/mock-place.ts';
import { runDredd } from '../src/dredd/run-dredd.ts';
import { type MockProcess, startMock } from '../src/mock-process.ts';
import { mockDifferences } from '../src/mock-profiles.ts';
import { SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { writeBrokenServers } from '../src/report/report.ts';
import { runCase, type Target } from '../src/target.ts';
import { whyNotCase, whyNotTransaction } from '../src/url/what-takes-more.ts';
import { verdict } from '../src/verdict.ts';

const LIMIT_MS = 120_000;
const algorithm = algorithmNames[0];
const contract = await readContract(algorithm);
const caught: string[] = [];
let good: MockProcess;

beforeAll(async () => {
  good = await startMock(['--token', SERVER_TOKEN, '--algorithms', algorithm]);
}, 60_000);

afterAll(async () => {
  await good[Symbol.asyncDispose]();
  console.log(`Broken servers, and which checks found them:\n${caught.map((line) => `  ${line}`).join('\n')}`);
  await writeBrokenServers(caught);
});

/** Check → the first thing that it found wrong with the server at an address; undefined for nothing. */
const CHECKS: Readonly<Record<string, (url: string) => Promise<string | undefined>>> = {
  async documented(url) {
    const { calls } = await runDredd({
      algorithm,
      place: (transaction) => {
        const where = mockPlace({ url, containerUrl: url, token: SERVER_TOKEN })(transaction);
        // What is asked for by name is an example, which says nothing of the server.
        const asked = whyNotTransaction(transaction, true) ?? ('headers' in where ? 'is asked for by name' : undefined);
        if (asked !== undefined) return { notExercised: asked };
        return /^predict[A-Z]/.test(transaction.operationId) ? where : { notExercised: 'is no prediction' };
      },
      recorder: createRecorder(contract),
    });
    return [...calls].flatMap(([name, problems]) => problems.map((problem) => `${name}: ${problem}`))[0];
  },
  async cases(url) {
    const path = `/v1/projects/demo/locations/us-central1/endpoints/${algorithm}:predict`;
    const target: Target = {
      url,
      token: SERVER_TOKEN,
      path,
      recorder: createRecorder(contract),
      secrets: [SERVER_TOKEN],
    };
    for (const file of await loadCaseFiles(algorithm)) {
      for (const one of file.cases) {
        const name = `${file.name}: ${one.name}`;
        if (whyNotCase(file, one, { hasToken: true, alone: true }) !== undefined || name in mockDifferences) continue;
        const [problem] = await runCase(target, { ...one, expect: verdict(one.expect) });
        if (problem !== undefined) return `${name}: ${problem}`;
      }
    }
    return undefined;
  },
  async profile(url) {
    const predictUrl = `${url}/v1/projects/demo/locations/us-central1/endpoints/${algorithm}:predict`;
    const results = await checkProfile(algorithm, { predictUrl, token: SERVER_TOKEN }, contract.checkPrediction);
    return results.flatMap(({ requirement, problems }) =>
      problems.map((problem) => `${requirement.name}: ${problem}`),
    )[0];
  },
};

async function findings(way: WayToBreak): Promise<Record<string, string>> {
  await using server = await startBrokenProxy(good.url, way);
  const found = await Promise.all(
    Object.entries(CHECKS).map(async ([name, check]) => [name, await check(server.url)] as const),
  );
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

describe('a server with', () => {
  test('nothing wrong passes every check', { timeout: LIMIT_MS }, async () => {
    expect(await findings((answer) => answer)).toEqual({});
  });

  test.each(Object.entries(WAYS_TO_BREAK))('%s is found', { timeout: LIMIT_MS }, async (name, way) => {
    const found = await findings(way);
    caught.push(`${name}: ${Object.keys(found).join(', ') || 'nobody'}`);
    expect(Object.keys(found)).not.toEqual([]);
  });
});
