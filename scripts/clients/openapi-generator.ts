// Owns openapi-generator: one pinned jar, fetched from Maven Central once, checked by its hash, run by the machine's Java. Must not
// know which languages there are.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GeneratorFacts, type OpenapiGenerator, REPOSITORY } from './language.ts';
import { fill, runCommand } from './run-command.ts';

const CACHE = join(REPOSITORY, '.cache', 'openapi-generator');

/** The path of the jar. @throws Error when it cannot be fetched or is another file than the pinned one */
export async function ensureJar({ version, sha256 }: OpenapiGenerator): Promise<string> {
  const jar = join(CACHE, `${version}.jar`);
  if (!existsSync(jar)) {
    await mkdir(CACHE, { recursive: true });
    // The wrapper reads from this file what to fetch and where to put it.
    const settings = join(CACHE, 'openapitools.json');
    await writeFile(settings, JSON.stringify({ 'generator-cli': { version, storageDir: CACHE } }));
    const wrapper = ['openapi-generator-cli', '--openapitools', settings, 'version'];
    const { code, output } = await runCommand(wrapper, { folder: CACHE });
    if (code !== 0 || !existsSync(jar)) {
      throw new Error(`openapi-generator ${version} could not be fetched from Maven Central:\n${output}`);
    }
  }
  const found = createHash('sha256')
    .update(await readFile(jar))
    .digest('hex');
  if (found !== sha256) {
    await rm(jar);
    throw new Error(
      `Expected openapi-generator ${version} with the SHA-256 ${sha256}, got ${found}. The file was deleted; try again.`,
    );
  }
  return jar;
}

/** Writes one client into `out`. @throws Error with the generator's output when it fails */
export async function runOpenapiGenerator(
  jar: string,
  facts: GeneratorFacts,
  {
    input,
    out,
    values,
  }: { readonly input: string; readonly out: string; readonly values: Readonly<Record<string, string>> },
): Promise<void> {
  const { generator = '', library, properties = {}, globalProperties = {}, arguments: more = [] } = facts;
  const pairs = (all: Readonly<Record<string, string>>): string =>
    Object.entries(all)
      .map(([key, value]) => `${key}=${fill(value, values)}`)
      .join(',');
  const command = [
    ...['java', '-jar', jar, 'generate', '--skip-validate-spec', '--generator-name', generator],
    ...['--input-spec', input, '--output', out],
    ...(library === undefined ? [] : ['--library', library]),
    // Same input, same bytes: no dates.
    ...['--additional-properties', pairs({ hideGenerationTimestamp: 'true', ...properties })],
    ...[
      '--global-property',
      pairs({ apiDocs: 'false', modelDocs: 'false', apiTests: 'false', modelTests: 'false', ...globalProperties }),
    ],
    ...more.map((argument) => fill(argument, values)),
  ];
  const { code, output } = await runCommand(command, { folder: REPOSITORY });
  if (code !== 0) throw new Error(`openapi-generator could not write ${generator}:\n${output.slice(-4000)}`);
}

/** The names of all generators that the jar has. */
export async function listGenerators(jar: string): Promise<string[]> {
  const { output } = await runCommand(['java', '-jar', jar, 'list', '--short', '--include', 'all'], {
    folder: REPOSITORY,
  });
  return output.split(/[\s,]+/).filter((word) => /^[a-z][a-z0-9-]+$/.test(word));
}
