// Owns the files in the local Cloud Storage that the soak's calls name.
import { type StorageServer, startStorageServer } from '../../../server/test/storage-server.ts';
import { type Clip, fileOf, newClip } from './clip.ts';

const BUCKET = 'soak';

export const CLIPS_IN_STORAGE: readonly Clip[] = Array.from({ length: 8 }, newClip);

/** The address of a clip in CLIPS_IN_STORAGE, of nothing, or of an object that storage cannot give out. */
export function gsUri(object: number | 'missing' | 'broken'): string {
  return `gs://${BUCKET}/${object}.wav`;
}

/** Some objects come slowly. Whoever starts it closes it. */
export async function startStorage(): Promise<StorageServer> {
  const storage = await startStorageServer();
  for (const [index, clip] of CLIPS_IN_STORAGE.entries()) storage.put(BUCKET, `${index}.wav`, fileOf(clip));
  storage.put(BUCKET, 'broken.wav', '');
  storage.fault(BUCKET, '0.wav', { kind: 'slow', bytesPerChunk: 8_000, delayMs: 10 });
  storage.fault(BUCKET, 'broken.wav', { kind: 'status', status: 500 });
  return storage;
}
