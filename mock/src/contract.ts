// Owns what the mock knows of each algorithm, read from generated/ alone: its document, request shape and facts. Shared code
// learns an algorithm's name here and nowhere else.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WantedClip } from '@predict-schemata/audio';
import { algorithmFacts, algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { isObject, type JsonObject } from './json.ts';

const GENERATED = fileURLToPath(new URL('../../generated/', import.meta.url));

export interface AlgorithmContract {
  readonly name: string;
  readonly title: string;
  /** One line. */
  readonly summary: string;
  readonly version: string;
  /** The OpenAPI document, as JSON.parse gives it. */
  readonly document: JsonObject;
  readonly shape: RequestShape;
  /** The PredictSchemata as YAML text: `instance`, `parameters` and `prediction`. */
  readonly schemata: ReadonlyMap<string, string>;
  /** Undefined for an algorithm that does not state one; its files are then not read as sound. */
  readonly clip: WantedClip | undefined;
  /** A sound to try it with, relative to the fixtures. */
  readonly sample: string | undefined;
}

/** The contracts in the order of their names, of all algorithms or of these. Throws for a name that no algorithm has. */
export async function readContracts(names: readonly string[] = algorithmNames): Promise<readonly AlgorithmContract[]> {
  const unknown = names.filter((name) => !algorithmNames.some((known) => known === name));
  if (unknown.length > 0 || names.length === 0) {
    const got = unknown.join(', ') || 'none';
    throw new Error(`--algorithms: expected some of ${algorithmNames.join(', ')}, got ${got}.`);
  }
  return Promise.all(algorithmNames.filter((name) => names.includes(name)).map(readContract));
}

async function readContract(name: keyof typeof algorithmFacts): Promise<AlgorithmContract> {
  const facts: JsonObject = algorithmFacts[name];
  const document: unknown = JSON.parse(await readFile(`${GENERATED}openapi/${name}.json`, 'utf8'));
  const module: unknown = await import(`../../generated/ts/${name}.shape.gen.ts`);
  const shape = Object.values(isObject(module) ? module : Object(module)).find(isRequestShape);
  if (!isObject(document) || shape === undefined) {
    throw new Error(`generated/ holds no whole contract of ${name}. Run npm run generate.`);
  }
  const sample = facts['sample'];
  return {
    name,
    title: String(facts['title']),
    summary: String(facts['summary']),
    version: String(facts['version']),
    document,
    shape,
    schemata: await readSchemata(name),
    clip: clipOf(facts),
    sample: typeof sample === 'string' ? sample : undefined,
  };
}

async function readSchemata(name: string): Promise<ReadonlyMap<string, string>> {
  const schemata = ['instance', 'parameters', 'prediction'];
  return new Map(
    await Promise.all(
      schemata.map(
        async (schema) => [schema, await readFile(`${GENERATED}vertex/${name}/${schema}.yaml`, 'utf8')] as const,
      ),
    ),
  );
}

/** The generated module has one export of this form; the compiler wrote it by its own type. */
function isRequestShape(value: unknown): value is RequestShape {
  return isObject(value) && Array.isArray(value['variants']) && isObject(value['parameters']);
}

function clipOf(facts: JsonObject): WantedClip | undefined {
  const { sampleRateHz, sampleCount, minSampleRateHz, maxSampleRateHz } = facts;
  const isWhole = [sampleRateHz, sampleCount, minSampleRateHz, maxSampleRateHz].every(Number.isSafeInteger);
  if (!isWhole) return undefined;
  return {
    sampleRateHz: Number(sampleRateHz),
    sampleCount: Number(sampleCount),
    minSampleRateHz: Number(minSampleRateHz),
    maxSampleRateHz: Number(maxSampleRateHz),
  };
}

/** The field of an instance that is nothing but a file. */
export function bytesField({ variants }: RequestShape): string | undefined {
  return variants
    .filter(({ required }) => required.length === 1)
    .flatMap(({ required, properties }) => required.filter((name) => properties[name]?.kind === 'bytes'))[0];
}
