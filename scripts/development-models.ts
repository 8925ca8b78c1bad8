// Owns the development models on disk: built when missing or when the code that builds them has changed, else left alone, so
// that a second start costs nothing. Must not know what a model computes.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { developmentModels } from '../models/src/development-model.ts';
import { writeAtomically } from '../models/src/write-atomically.ts';
import { developmentModelPath } from '../server/src/development-model-path.ts';

const SOURCES = new URL('../models/src/', import.meta.url).pathname;

/** Builds what is missing or outdated under `cacheDir`. Gives the names of the models that were built. */
export async function ensureDevelopmentModels(cacheDir = '.cache'): Promise<string[]> {
  const stamp = await hashSources();
  const built: string[] = [];
  for (const [name, build] of Object.entries(developmentModels)) {
    const path = developmentModelPath(cacheDir, name);
    const stampPath = `${path}.source`;
    if ((await textOf(stampPath)) === stamp) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, build());
    await writeAtomically(stampPath, Buffer.from(stamp));
    built.push(name);
  }
  return built;
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(SOURCES, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  for (const file of files.sort()) hash.update(file).update(await readFile(join(SOURCES, file)));
  return hash.digest('hex');
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
