// Owns the local copies of models in Cloud Storage: which objects belong to one, when a copy is current, and that a copy is
// whole or absent. Must not know requests or what a model file holds.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type GsLocation, showLocation, showText } from './gs-uri.ts';
import { touchCopy } from './model-copies.ts';
import { chooseModelFile } from './model-file-choice.ts';
import type { ModelLocationOptions } from './model-location.ts';
import { ModelLocationError } from './model-location-error.ts';
import { modelStorageFailure, openModelStore, type RemoteFile } from './model-store.ts';
import { Silence } from './silence.ts';

/** Where in the copy one object goes. */
interface Artefact {
  readonly remote: RemoteFile;
  /** Relative path in the copy, with `/` between its parts. */
  readonly path: string;
}

/** Downloads the model at `location` unless a current copy is there, and returns the absolute path of its .onnx file. */
export async function downloadModel(location: GsLocation, options: ModelLocationOptions): Promise<string> {
  const silence = new Silence(options.maxSilenceMs, options.signal);
  try {
    const store = openModelStore(location.bucket, options.emulatorHost);
    const artefacts = await findArtefacts(location, (prefix) => store.list(prefix, silence));
    const model = chooseModelFile(artefacts.map(({ path }) => path).filter((path) => !path.includes('/')));
    const cacheDir = resolve(options.cacheDir);
    const copy = join(cacheDir, cacheKey(store.apiRoot, location, artefacts));
    if (!(await isWhole(copy, artefacts))) {
      await mkdir(cacheDir, { recursive: true });
      await fillCopy(copy, artefacts, silence, options.onProgress);
    }
    await touchCopy(copy);
    return join(copy, model);
  } catch (error) {
    if (error instanceof ModelLocationError) throw error;
    throw options.signal?.aborted ? options.signal.reason : modelStorageFailure(error, location, silence);
  } finally {
    silence.end();
  }
}

/** The objects of a folder, or else one object with those whose names continue its own. */
async function findArtefacts(
  location: GsLocation,
  list: (prefix: string) => Promise<readonly RemoteFile[]>,
): Promise<readonly Artefact[]> {
  const folder = location.object === '' || location.object.endsWith('/') ? location.object : `${location.object}/`;
  const under = (await list(folder)).map((remote) => ({ remote, path: remote.name.slice(folder.length) }));
  // Consoles mark a folder with an empty object whose name ends in a slash.
  const inFolder = under.filter(({ path }) => path !== '' && !path.endsWith('/'));
  if (inFolder.length > 0) return inFolder.map(refuseEscape);

  if (folder !== location.object) {
    const parent = location.object.slice(0, location.object.lastIndexOf('/') + 1);
    const alike = await list(location.object);
    const beside = alike
      .map((remote) => ({ remote, path: remote.name.slice(parent.length) }))
      .filter(({ path }) => !path.includes('/'));
    if (beside.some(({ remote }) => remote.name === location.object)) {
      // The named object is the model; a longer name that also ends in .onnx is another one.
      return beside
        .filter(({ remote }) => remote.name === location.object || !remote.name.endsWith('.onnx'))
        .map(refuseEscape);
    }
  }
  throw new ModelLocationError(
    `a model folder or an .onnx object at ${showLocation(location)}`,
    'Cloud Storage has none there',
    'Check the bucket and the folder.',
  );
}

/** An object's name is free text: only one that stays a plain relative path may become a file. */
function refuseEscape(artefact: Artefact): Artefact {
  const parts = artefact.path.split('/');
  if (/[\\\0]/.test(artefact.path) || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new ModelLocationError(
      'object names that stay inside their folder',
      `${showText(artefact.path)} is among them`,
      'Rename or delete that object.',
    );
  }
  return artefact;
}

/** Same place, same names and same generations give the same key; a changed object gives another copy. */
function cacheKey(apiRoot: string, location: GsLocation, artefacts: readonly Artefact[]): string {
  const facts = artefacts.map(({ path, remote }) => [path, remote.generation, remote.bytes]).toSorted();
  const text = JSON.stringify([apiRoot, location.bucket, location.object, facts]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Sizes are compared because a crash of the machine can leave a renamed folder with files cut short. */
async function isWhole(copy: string, artefacts: readonly Artefact[]): Promise<boolean> {
  const sizes = await Promise.all(
    artefacts.map(({ path }) =>
      stat(join(copy, path)).then(
        ({ size }) => size,
        () => -1,
      ),
    ),
  );
  return artefacts.every(({ remote }, index) => sizes[index] === remote.bytes);
}

async function fillCopy(
  copy: string,
  artefacts: readonly Artefact[],
  silence: Silence,
  onProgress: ModelLocationOptions['onProgress'],
): Promise<void> {
  const totalBytes = artefacts.reduce((sum, { remote }) => sum + remote.bytes, 0);
  let doneBytes = 0;
  // Beside the copy, so that the rename stays within one file system.
  const partial = await mkdtemp(`${copy}.partial-`);
  try {
    for (const { remote, path } of artefacts) {
      const target = join(partial, path);
      await mkdir(dirname(target), { recursive: true });
      const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          silence.broken();
          doneBytes += chunk.byteLength;
          onProgress?.(doneBytes, totalBytes);
          yield chunk;
        }
      };
      await pipeline(remote.open(), counted, createWriteStream(target), { signal: silence.signal });
    }
    if (!(await isWhole(partial, artefacts))) throw new Error('sizes differ from the list');
    await moveIntoPlace(partial, copy, artefacts);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function moveIntoPlace(partial: string, copy: string, artefacts: readonly Artefact[]): Promise<void> {
  try {
    await rename(partial, copy);
  } catch (error) {
    // Another process finished the same copy first, or an earlier one lies there cut short.
    if (await isWhole(copy, artefacts)) return;
    await rm(copy, { recursive: true, force: true });
    await rename(partial, copy).catch(() => {
      throw error;
    });
  }
}
