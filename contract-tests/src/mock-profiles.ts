// Owns how the mock is set up for the cases: the same set-ups as the server's, and where its verdict is known to differ. Must not
// know how a case is run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STORAGE_TOKEN } from './fake-storage.ts';
import { SERVER_TOKEN } from './profiles.ts';

const SMALL_LIMITS = ['--max-instances', '3', '--max-body-bytes', '300000'];

/** What the storage of the cases does, as a scenario: the mock fetches nothing. */
const STORAGE = {
  files: [
    { uri: 'gs://contract-tests/missing.wav', reason: 'STORAGE_NOT_FOUND' },
    { uri: 'gs://contract-tests/private.wav', reason: 'STORAGE_PERMISSION_DENIED', unless_token: STORAGE_TOKEN },
    { uri: 'gs://contract-tests/notes.txt', reason: 'INVALID_AUDIO' },
    { uri: 'gs://contract-tests/huge.wav', reason: 'STORAGE_OBJECT_TOO_LARGE' },
    { uri: 'gs://contract-tests/broken.wav', reason: 'STORAGE_UNAVAILABLE' },
    { uri: 'gs://contract-tests/elsewhere.wav', reason: 'STORAGE_UNAVAILABLE' },
    { uri: 'gs://contract-tests/held.wav', reason: 'STORAGE_TIMEOUT' },
  ],
};

/** Arguments of the mock for each set-up of a server of one algorithm; writes the scenario into `folder`. */
export function mockProfiles(folder: string, algorithm: string): Readonly<Record<string, readonly string[]>> {
  const scenario = join(folder, 'storage.json');
  writeFileSync(scenario, JSON.stringify(STORAGE));
  const shared = ['--algorithms', algorithm, '--token', SERVER_TOKEN, '--scenario', scenario];
  return {
    default: shared,
    small: [...shared, ...SMALL_LIMITS, '--project', 'lab', '--location', 'eu', '--endpoint', '4711'],
    container: [...shared, ...SMALL_LIMITS, '--container', '--endpoint', '111', '--deployed-model-id', '222'],
  };
}

/** Set-ups of the server that the mock does not have → why. */
export const serverOnlyProfiles: Readonly<Record<string, string>> = {
  tokens:
    'tokens with names and limits are looked up; the mock takes any token or one, and gives 403 and 429 on demand',
};

/** Cases about tensors, which the mock does not read: it answers such calls with the contract's example. */
const TENSOR_CASES: Readonly<Record<string, readonly string[]>> = {
  'open-inference-infer': [
    'one flat list',
    'two rows in one flat list, data before the shape, an id',
    'a list of rows',
    'bytes in, bytes out',
    'bytes by default for all outputs, compressed',
    'nothing but rows',
  ],
  'open-inference-limits': ['too many rows by their shape', 'too many bytes', 'too many rows in a version'],
  'open-inference-refused': [
    'not JSON',
    'nothing',
    'a list',
    'instances, as elsewhere',
    'no tensor',
    'two tensors',
    'everything wrong at once',
    'no rows',
    'fewer numbers than the shape says',
    'a row that is too short',
    'a text among the numbers',
    'a number that no 32-bit float holds',
    'NaN in the bytes',
    'bytes that end too soon',
    "a size that is not the shape's",
    'bytes, but no header that says where they begin',
    'a header that says more than there is',
    'a header that is no number',
    'neither data nor bytes',
    'both',
    'bytes behind data',
    'rows cut short',
    'an output that the model does not have',
    'in a version',
    'another media type',
    'another media type in a version',
  ],
};

/** `file: case` → why the mock answers otherwise. What stands here must go on differing. */
export const mockDifferences: Readonly<Record<string, string>> = {
  'predict-answer: facts': 'the mock says that it is a mock, and not that it is the development model',
  ...Object.fromEntries(
    Object.entries(TENSOR_CASES).flatMap(([file, names]) =>
      names.map((name) => [`${file}: ${name}`, 'the mock does not read tensors']),
    ),
  ),
};
