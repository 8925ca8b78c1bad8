// Owns a local Cloud Storage whose objects are named after what happens to whoever asks for them. Must not know audio beyond
// the one clip that it gives out.
import { type Fault, startStorageServer, UPSTREAM_BODY } from '../../server/test/storage-server.ts';
import { WRONG_TOKEN } from './case-request.ts';

/** The one token that opens `private.wav`. */
export const STORAGE_TOKEN = 'contract-tests-storage-token.0123456789';
/** Stands in every error body; no answer of a server under test may repeat it. */
export const UPSTREAM_WORDS = UPSTREAM_BODY;
const BUCKET = 'contract-tests';

export interface FakeStorage extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, for STORAGE_EMULATOR_HOST. */
  readonly url: string;
  /** Resolves when at least so many requests have come for `held.wav` or for a list. */
  holding(count: number): Promise<void>;
  /** Answers all that wait, and from now on at once. */
  release(): void;
  /** Puts another file behind `gs://contract-tests/models/`. */
  putModel(model: Uint8Array): void;
}

export interface FakeStorageOptions {
  /** What `clip.wav`, `private.wav` and `held.wav` hold. */
  readonly clip: Uint8Array;
  /** The file behind `gs://contract-tests/models/`, which is listed only after `release`. */
  readonly model?: Uint8Array;
}

export async function startFakeStorage({ clip, model }: FakeStorageOptions): Promise<FakeStorage> {
  // Both are valid, and the second opens nothing but what is public.
  const storage = await startStorageServer({ tokens: [STORAGE_TOKEN, WRONG_TOKEN] });
  const held = Promise.withResolvers<void>();
  const put = (name: string, body: Uint8Array | string, fault?: Fault): void => {
    storage.put(BUCKET, name, body);
    if (fault !== undefined) storage.fault(BUCKET, name, fault);
  };
  put('clip.wav', clip);
  put('folder/clip with spaces #1?.wav', clip);
  storage.put(BUCKET, 'private.wav', clip, { readers: [STORAGE_TOKEN] });
  put('held.wav', clip, { kind: 'gate', until: held.promise });
  put('notes.txt', 'not audio');
  put('huge.wav', 'RIFF', { kind: 'length', contentLength: 10_000_000_000 });
  put('broken.wav', '', { kind: 'status', status: 500 });
  put('elsewhere.wav', '', { kind: 'redirect', location: `/storage/v1/b/${BUCKET}/o/clip.wav?alt=media` });
  if (model !== undefined) put('models/model.onnx', model);
  storage.fault(BUCKET, undefined, { kind: 'gate', until: held.promise });
  return {
    url: storage.origin,
    async holding(count) {
      const waiting = () => storage.requests.filter(({ target }) => /\/o(\?|\/held\.wav|$)/.test(target)).length;
      for (let seen = 0; waiting() < count; seen = storage.requests.length) await storage.received(seen + 1);
    },
    release: () => held.resolve(),
    putModel: (next) => put('models/model.onnx', next),
    [Symbol.asyncDispose]: () => storage.close(),
  };
}
