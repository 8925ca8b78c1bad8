// Owns what templates and commands of every language may name: the facts of generated/client-view/facts.json, with each algorithm's
// names in the usual styles.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from './language.ts';

export const VIEWS = join(REPOSITORY, 'generated', 'client-view');

/** One algorithm as clients see it; generator/src/emit/client-facts.ts says what each fact means. */
export interface AlgorithmFacts {
  readonly name: string;
  readonly version: string;
  readonly operationId: string;
  readonly sampleRateHz: number;
  readonly sampleCount: number;
  readonly fileField: string | null;
  readonly samplesField: string | null;
  readonly uriField: string | null;
  readonly uriTokenField: string | null;
  readonly resultField: string | null;
  readonly resultLength: number | null;
  readonly resultNames: readonly string[];
  readonly clientMethod?: string;
}

export interface ClientFacts {
  /** The contract's version, which is every package's. */
  readonly version: string;
  readonly retryableInstanceReasons: readonly string[];
  readonly algorithms: readonly AlgorithmFacts[];
}

export async function readClientFacts(): Promise<ClientFacts> {
  // Written by this repository's own generator.
  return JSON.parse(await readFile(join(VIEWS, 'facts.json'), 'utf8')) as ClientFacts;
}

/** A kebab-case or camelCase name in each style. */
export function nameStyles(name: string): { snake: string; camel: string; pascal: string; joined: string } {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_]/);
  const pascal = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
  const camel = pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
  return { snake: words.join('_'), camel, pascal, joined: words.join('') };
}

/** The facts for templates, which can neither compute nor tell the last member of a list. */
export function templateView({ version, retryableInstanceReasons, algorithms }: ClientFacts): object {
  const listed = (names: readonly string[]) => names.map((name, index) => ({ name, last: index === names.length - 1 }));
  return {
    version,
    retryableInstanceReasons: listed(retryableInstanceReasons),
    algorithms: algorithms.map((facts, index) => ({
      ...facts,
      ...nameStyles(facts.name),
      // Under a name that the names of parts do not hide.
      algorithm: facts.name,
      operation: { name: facts.operationId, ...nameStyles(facts.operationId) },
      method: facts.clientMethod === undefined ? null : { name: facts.clientMethod, ...nameStyles(facts.clientMethod) },
      resultNames: listed(facts.resultNames),
      hasResultNames: facts.resultNames.length > 0,
      last: index === algorithms.length - 1,
    })),
  };
}
