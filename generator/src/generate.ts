// Owns the order of the phases: load → bundle → specialise → lint → emit. Answers the outputs as texts; writing and checking are
// the caller's next step.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bundleViews, type Contract, completeAlgorithms, load } from './compile.ts';
import { emitAll } from './emit/emit.ts';
import { MANIFEST_FILE, manifestText } from './emit/manifest.ts';
import type { Outputs } from './emit/output.ts';
import type { ReadExamplesOptions } from './examples/read-examples.ts';
import { lint } from './lint/lint.ts';
import { specHash } from './spec-hash.ts';
import { refuseUnusedFiles } from './unused-files.ts';

/** Runs one phase and tells the user about it. */
export type RunPhase = <T>(name: string, work: () => T | Promise<T>) => Promise<T>;

export interface GenerateOptions extends ReadExamplesOptions {
  readonly specFolder: string;
  readonly runPhase: RunPhase;
}

/** The tools whose version decides what the outputs look like. */
const TOOLS = ['@redocly/openapi-core', 'ajv', 'openapi-typescript', 'typescript', 'yaml'];

/** @throws ContractProblems with all problems of the first phase that has any */
export async function generate(options: GenerateOptions): Promise<Outputs> {
  const { specFolder, runPhase } = options;
  const contract = await checkedContract(options);
  return runPhase('emit', async () => {
    const vocabulary = readFileSync(new URL('./request-shape.ts', import.meta.url), 'utf8');
    const outputs = await emitAll(contract, vocabulary);
    const facts = { specSha256: specHash(specFolder), tools: toolVersions() };
    return new Map([...outputs, [MANIFEST_FILE, manifestText(facts, outputs)]]);
  });
}

/** The phases before anything is written. @throws ContractProblems */
export async function checkedContract(options: GenerateOptions): Promise<Contract> {
  const { specFolder, runPhase, allowMissingAnswers = false } = options;
  const loaded = await runPhase('load', () => load(specFolder, { allowMissingAnswers }));
  const { service, views } = await runPhase('bundle', () => {
    const bundled = bundleViews(loaded);
    refuseUnusedFiles(loaded.tree);
    return bundled;
  });
  const algorithms = await runPhase('specialise', () => completeAlgorithms(loaded, views, { allowMissingAnswers }));
  const contract: Contract = { catalogue: loaded.catalogue, service, algorithms };
  // Before the answers are recorded there are no examples that the rule could find.
  const without = allowMissingAnswers ? ['example-per-status'] : [];
  await runPhase('lint', () => lint(contract, { without }));
  return contract;
}

function toolVersions(): Record<string, string> {
  return Object.fromEntries(TOOLS.map((name) => [name, versionOf(name)]));
}

/** Not every package exports its package.json, so the file is looked for where Node looks for packages. */
function versionOf(name: string): string {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      const { version } = JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8'));
      return String(version);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
        throw error;
      }
    }
  }
  throw new Error(`Expected the package ${name} to be installed. Run npm run setup.`);
}
