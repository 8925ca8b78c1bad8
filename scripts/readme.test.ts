// Owns the proof that the README's code works as it stands there: each marked block is run against a server.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startReadyServer } from '../contract-tests/src/server-process.ts';

const TOKEN = 'token-of-the-readme-test';

/** How a block of each language is run. */
const PROGRAMS: Readonly<Record<string, (code: string) => readonly [string, readonly string[]]>> = {
  curl: (code) => ['bash', ['-euo', 'pipefail', '-c', code]],
  python: (code) => ['python3', ['-c', code]],
  javascript: (code) => [process.execPath, ['--input-type=module', '--eval', code]],
};

const blocks = [...(await readFile('README.md', 'utf8')).matchAll(/<!-- test: (\w+) -->\n```\w+\n([\s\S]*?)```/g)].map(
  ([, language = '', code = '']) => ({ language, code }),
);

let server: ServerProcess;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readme-'));
  // Every algorithm, as `npm start` serves them.
  server = await startReadyServer({ env: { TOKEN, ALGORITHMS: '' } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('the README shows how to send a clip in three languages, and to every algorithm', () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(Object.keys(PROGRAMS)));
  for (const name of algorithmNames) {
    expect(blocks.some(({ code }) => code.includes(`/endpoints/${name}:predict`))).toBe(true);
  }
});

test.each(blocks)('the $language block prints a prediction', async ({ language, code }) => {
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, TOKEN);
  // The only two things that differ from a user's machine: the port, and where the token is kept.
  const here = code.replaceAll('http://127.0.0.1:8080', server.url).replaceAll('.cache/token', tokenFile);
  const [program, args] = PROGRAMS[language]?.(here) ?? ['false', []];
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 10_000_000 });
  expect(stdout).toMatch(/HeAR (?:event detector )?development model \(untrained\)/);
  expect(stdout.match(/-?\d\.\d{3,}/g)?.length).toBeGreaterThanOrEqual(4);
});
