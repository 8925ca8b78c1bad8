// Owns reading the PredictSchemata that are served as they were generated. Must not know a call.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERTEX = fileURLToPath(new URL('../../../generated/vertex/', import.meta.url));

/** One of the three PredictSchemata of an algorithm as YAML text; undefined when there is no such file. */
export async function readSchemaFile(algorithm: string, schema: string): Promise<string | undefined> {
  if (!['instance', 'parameters', 'prediction'].includes(schema)) return undefined;
  return readFile(join(VERTEX, algorithm, `${schema}.yaml`), 'utf8');
}
