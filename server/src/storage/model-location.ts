// Owns turning `--model` / AIP_STORAGE_URI into the path of a local .onnx file. Must not know what is inside that file.
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseGsUri, showText } from './gs-uri.ts';
import { downloadModel } from './model-download.ts';
import { chooseModelFile } from './model-file-choice.ts';
import { ModelLocationError } from './model-location-error.ts';
import { failureWord, safeCause } from './safe-cause.ts';

export interface ModelLocationOptions {
  /** Folder for downloaded models, created when missing. See model-copies.ts for how long they stay. */
  readonly cacheDir: string;
  /** Told as bytes of a download arrive; never called for a local model or one that is cached. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Ends a download; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** As STORAGE_EMULATOR_HOST, which is read when this is undefined; empty means Google's host. */
  readonly emulatorHost?: string | undefined;
  /** Longest time without an answer or a byte from Cloud Storage; 60 s by default. */
  readonly maxSilenceMs?: number;
}

/**
 * Resolves a model's location to the absolute path of its .onnx file.
 *
 * - a file: itself, whatever its name;
 * - a folder: the one `.onnx` directly in it, or `model.onnx` among several;
 * - `gs://bucket/folder`: everything under that folder is downloaded, then as for a folder;
 * - `gs://bucket/path/name.onnx`: that object and those beside it whose names begin with its own, as those of external data
 *   usually do (`name.onnx.data`, `name.onnx_data`); give the folder when they are named otherwise.
 *
 * Reads Cloud Storage with application default credentials, or with none from an emulator.
 *
 * @throws ModelLocationError
 */
export async function resolveModelLocation(location: string, options: ModelLocationOptions): Promise<string> {
  if (!location.startsWith('gs://')) return resolveLocal(location);
  const parsed = parseGsUri(location);
  if ('problem' in parsed) {
    throw new ModelLocationError('gs://BUCKET/FOLDER', parsed.problem, 'Correct --model or AIP_STORAGE_URI.');
  }
  return downloadModel(parsed, options);
}

async function resolveLocal(location: string): Promise<string> {
  const name = showText(basename(location));
  try {
    const path = resolve(location);
    const found = await stat(path);
    if (found.isFile()) return path;
    if (found.isDirectory()) return join(path, chooseModelFile(await readdir(path)));
    throw new ModelLocationError(`a file or a folder at ${name}`, 'it is neither', 'Give an .onnx file or its folder.');
  } catch (error) {
    if (error instanceof ModelLocationError) throw error;
    throw new ModelLocationError(
      `a readable .onnx file, a folder with one, or gs://BUCKET/FOLDER`,
      `${name} cannot be read (${failureWord(error)})`,
      'Correct --model or AIP_STORAGE_URI, or the rights on the file.',
      safeCause(error),
    );
  }
}
