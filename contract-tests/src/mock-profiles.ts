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

/** Arguments of the mock for each set-up of the server; writes the scenario into `folder`. */
export function mockProfiles(folder: string): Readonly<Record<string, readonly string[]>> {
  const scenario = join(folder, 'storage.json');
  writeFileSync(scenario, JSON.stringify(STORAGE));
  const shared = ['--token', SERVER_TOKEN, '--scenario', scenario];
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

/** `file: case` → why the mock answers otherwise. What stands here must go on differing. */
export const mockDifferences: Readonly<Record<string, string>> = {
  'predict-answer: facts': 'the mock says that it is a mock, and not that it is the development model',
};
