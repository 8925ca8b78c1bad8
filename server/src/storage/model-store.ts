// Owns reading a bucket of models through @google-cloud/storage, and the words for what goes wrong there. Must not know
// local files.
import type { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { type Bucket, type GetFilesOptions, type GetFilesResponse, Storage } from '@google-cloud/storage';
import { type GsLocation, showLocation } from './gs-uri.ts';
import { ModelLocationError } from './model-location-error.ts';
import { failureWord, safeCause } from './safe-cause.ts';
import type { Silence } from './silence.ts';
import { storageHost } from './storage-host.ts';

// A model has a handful of files; a longer list means that a whole bucket of something else was named.
const MAX_OBJECTS = 1000;

export interface RemoteFile {
  /** The object's whole name. */
  readonly name: string;
  readonly bytes: number;
  /** Changes whenever the object's content does. */
  readonly generation: string;
  /** Starts reading exactly this generation; the library checks its CRC-32C. */
  open(): Readable;
}

export interface ModelStore {
  readonly apiRoot: string;
  /** Every object whose name begins with `prefix`, at most 1000. */
  list(prefix: string, silence: Silence): Promise<readonly RemoteFile[]>;
}

export function openModelStore(bucketName: string, emulatorHost: string | undefined): ModelStore {
  const host = storageHost(emulatorHost);
  const storage = new Storage({
    // A host other than Google's makes the library leave out credentials.
    apiEndpoint: host.origin,
    // Seconds. The library's own ten minutes would keep a start silent for too long.
    retryOptions: { maxRetries: 2, maxRetryDelay: 5, totalTimeout: 30 },
  });
  // The library takes STORAGE_EMULATOR_HOST as its base as it stands, so that it fails without a scheme or a path.
  storage.baseUrl = host.apiRoot;
  const bucket = storage.bucket(bucketName);
  return { apiRoot: host.apiRoot, list: (prefix, silence) => listFiles(bucket, prefix, silence) };
}

async function listFiles(bucket: Bucket, prefix: string, silence: Silence): Promise<readonly RemoteFile[]> {
  const files: RemoteFile[] = [];
  let query: GetFilesOptions | undefined = { prefix };
  while (query !== undefined) {
    // Page by page, so that a list that is far too long is left early. The library drops this option from the next query.
    const page: GetFilesResponse = await silence.during(bucket.getFiles({ ...query, autoPaginate: false }));
    silence.broken();
    for (const { name, metadata } of page[0]) {
      const generation = String(metadata.generation);
      files.push({
        name,
        bytes: Number(metadata.size),
        generation,
        open: () => openObject(bucket, name, generation),
      });
    }
    // The declared type leaves out that there is none after the last page (bucket.js, getFiles).
    query = (page[1] as GetFilesOptions | null) ?? undefined;
    if (files.length > MAX_OBJECTS) {
      throw new ModelLocationError(
        `at most ${MAX_OBJECTS} objects in a model's folder`,
        `gs://${bucket.name} has more there`,
        'Give the folder of the model alone.',
      );
    }
  }
  return files;
}

function openObject(bucket: Bucket, name: string, generation: string): Readable {
  const stream = bucket.file(name, { generation }).createReadStream();
  // The library and teeny-request below it stack 11 listeners on one response, which Node takes for a leak and says so on
  // standard error at each download.
  stream.once('response', (response: EventEmitter) => response.setMaxListeners(20));
  return stream;
}

/** Turns what the library threw into words. Its message holds the other side's answer and is dropped. */
export function modelStorageFailure(error: unknown, location: GsLocation, silence: Silence): ModelLocationError {
  const expected = `to read the model at ${showLocation(location)}`;
  if (silence.wasTooLong) {
    return new ModelLocationError(
      expected,
      `Cloud Storage sent nothing for ${silence.maxSilenceMs} ms`,
      'Check the network and start again.',
    );
  }
  const status = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
  if (status === 404) {
    return new ModelLocationError(
      expected,
      'Cloud Storage has no such bucket or object (HTTP 404)',
      'Check the bucket and the folder.',
    );
  }
  if (status === 401 || status === 403 || isMissingCredentials(error)) {
    return new ModelLocationError(
      expected,
      Number.isNaN(status)
        ? 'this machine has no credentials'
        : `Cloud Storage refused the credentials (HTTP ${status})`,
      'Give application default credentials (GOOGLE_APPLICATION_CREDENTIALS or a service account) that may list and get its objects.',
      safeCause(error),
    );
  }
  const word = Number.isNaN(status) ? failureWord(error) : `HTTP ${status}`;
  return new ModelLocationError(
    expected,
    `reading or storing it failed (${word})`,
    'Check the network and the space in the cache folder, and start again.',
    safeCause(error),
  );
}

// The library throws a plain Error whose fixed text is all that tells it apart (googleauth.js, NO_ADC_FOUND).
function isMissingCredentials(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Could not load the default credentials');
}
