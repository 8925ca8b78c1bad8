// Owns the proof that `npm run contract -- URL`, as a process, tells a good server from a bad one and says which checks it made.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrokenProxy } from '../src/broken/broken-proxy.ts';
import { WAYS_TO_BREAK, type WayToBreak } from '../src/broken/ways-to-break.ts';
import { SERVER_TOKEN } from '../src/profiles.ts';
import { repositoryRoot } from '../src/repository-root.ts';
import { forget, remember } from '../src/running-processes.ts';
import { type ServerProcess, startReadyServer } from '../src/server-process.ts';

const LIMIT_MS = 200_000;
const algorithm = algorithmNames[0];
let server: ServerProcess;

beforeAll(async () => {
  server = await startReadyServer({ env: { TOKEN: SERVER_TOKEN, ALGORITHMS: algorithmNames.join(',') } });
}, 60_000);

afterAll(() => server[Symbol.asyncDispose]());

async function contract(...args: readonly string[]): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, ['contract-tests/src/main.ts', ...args], {
    cwd: repositoryRoot,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], CONTRACT_TOKEN: SERVER_TOKEN },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) remember(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  if (child.pid !== undefined) forget(child.pid);
  return { code, output };
}

/** The ways of breaking have names that tests give. */
function broken(name: string): WayToBreak {
  const way = WAYS_TO_BREAK[name];
  if (way === undefined) throw new Error(`No way to break a server is called ${name}.`);
  return way;
}

test('a good server passes; what takes more than an address is listed with its reason', {
  timeout: LIMIT_MS,
}, async () => {
  const { code, output } = await contract(server.url, '--checks', 'documented,cases');
  expect(output).not.toContain('✗');
  expect(code).toBe(0);
  expect(output).toMatch(/✓ documented: \d+ made, 0 with findings/);
  expect(output).toMatch(/✓ cases: \d{3} made, 0 with findings/);
  expect(output).toMatch(/cases left out: takes the storage of the contract tests/);
  expect(output).toMatch(/exercised \d+ \/ declared \d+, \d+ listed with a reason, 0 failed/);
  expect(output).not.toContain(SERVER_TOKEN);
});

test('a bad server fails, with what is wrong', { timeout: LIMIT_MS }, async () => {
  await using bad = await startBrokenProxy(server.url, broken('a missing field'));
  const { code, output } = await contract(bad.url, '--checks', 'documented');
  expect(code).toBe(1);
  expect(output).toMatch(/✗ documented: predict\w+ 200[\s\S]*deployedModelId/);
});

test.each([
  { name: 'meets', way: (answer) => answer, code: 0, line: /\d+ of \d+ met, 0 that it must not met/ },
  {
    name: 'does not meet',
    way: broken('a number less in each prediction'),
    code: 1,
    line: /✗ must: a clip as samples[\s\S]*expected a prediction as the schema has it/,
  },
] satisfies { name: string; way: WayToBreak; code: number; line: RegExp }[])(
  'an endpoint that $name the profile',
  { timeout: LIMIT_MS },
  async ({ way, code: wanted, line }) => {
    await using endpoint = await startBrokenProxy(server.url, way);
    const address = `${endpoint.url}/v1/projects/demo/locations/us-central1/endpoints/${algorithm}`;
    const { code, output } = await contract(address, '--profile');
    expect(output).toMatch(line);
    expect(code).toBe(wanted);
  },
);

test('a server that is none of ours, or not there, is said to be so', { timeout: LIMIT_MS }, async () => {
  const { code, output } = await contract(server.url.replace(/\d+$/, '1'), '--checks', 'cases');
  expect(output).toMatch(/^Expected a server at .* Check the address/);
  expect(code).toBe(2);
});
