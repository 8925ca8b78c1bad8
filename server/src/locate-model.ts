// Owns the way from an algorithm's location to a model file on this machine, and what that file says. Must not know engines or calls.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AlgorithmName } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { type Config, ConfigError } from './config.ts';
import { isAlgorithm, type Planned } from './deploy.ts';
import { developmentModelPath } from './development-model-path.ts';
import { type ModelFacts, readModelFacts } from './infer/model-file.ts';
import { ModelFileError } from './infer/model-file-error.ts';
import type { Logger } from './observe/log.ts';
import { holdCopy, type ReleaseCopy } from './storage/model-copies.ts';
import { resolveModelLocation } from './storage/model-location.ts';

export interface LocatedModel {
  readonly name: AlgorithmName;
  readonly modelPath: string;
  readonly file: ModelFacts;
  /** To be called once nobody reads the files any more: a copy of Cloud Storage may then be removed. */
  readonly release: ReleaseCopy;
}

/**
 * Downloads the model if it has to, and hashes it.
 * @throws ConfigError, ModelLocationError or ModelFileError.
 */
export async function locateModel(
  { name, location }: Planned,
  config: Config,
  log: Logger,
  signal?: AbortSignal,
): Promise<LocatedModel> {
  const copies = join(config.cacheDir, 'downloads');
  const modelPath = await resolveModelLocation(location ?? builtDevelopmentModel(config, name), {
    cacheDir: copies,
    ...(signal && { signal }),
    onProgress: (doneBytes, totalBytes) =>
      log.debug({ algorithm: name, doneBytes, totalBytes }, 'downloading the model'),
  });
  const release = await holdCopy(modelPath, copies);
  try {
    const file = await readModelFacts(modelPath);
    requireOwn(name, file.metadata['algorithm']);
    return { name, modelPath, file, release };
  } catch (error) {
    await release();
    throw error;
  }
}

function builtDevelopmentModel({ cacheDir }: Config, name: AlgorithmName): string {
  const path = developmentModelPath(cacheDir, name);
  if (existsSync(path)) return path;
  throw new ConfigError([
    `no --model is given for ${name}, and its development model is not built yet; \`npm start\` builds it, or give a model`,
  ]);
}

/** A file that says whose it is must be asked for under that name: signatures may agree by chance. */
function requireOwn(name: AlgorithmName, stated: string | undefined): void {
  if (stated === undefined || stated === name) return;
  const repair = isAlgorithm(stated) ? `Serve it with --model ${stated}=LOCATION.` : 'Give a model of this algorithm.';
  throw new ModelFileError(
    `Expected a model of ${name}, this file says that it is one of ${JSON.stringify(stated)}. ${repair}`,
  );
}
