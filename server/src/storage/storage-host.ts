// Owns where Cloud Storage is reached: Google's host or the emulator that STORAGE_EMULATOR_HOST names. Must not know
// what is read from there.

const GOOGLE_HOST = 'https://storage.googleapis.com';

export interface StorageHost {
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  /** Root of the JSON API, `…/storage/v1`, without a slash at the end. */
  readonly apiRoot: string;
  readonly isEmulator: boolean;
}

/**
 * Reads an emulator address as Google's libraries do: with or without a scheme, which is then `http` (as the Go library;
 * an emulator rarely has a certificate). A `/storage/v1` at the end, which the Node library wants, is accepted.
 *
 * @param emulatorHost the value of STORAGE_EMULATOR_HOST; the environment's when undefined. Empty means Google's host.
 * @throws TypeError when it is not an address.
 */
export function storageHost(emulatorHost: string = process.env['STORAGE_EMULATOR_HOST'] ?? ''): StorageHost {
  if (emulatorHost === '') return { origin: GOOGLE_HOST, apiRoot: `${GOOGLE_HOST}/storage/v1`, isEmulator: false };
  const url = URL.parse(/^https?:\/\//i.test(emulatorHost) ? emulatorHost : `http://${emulatorHost}`);
  if (url === null) {
    throw new TypeError(
      'STORAGE_EMULATOR_HOST: expected host:port or http://host:port, but another text came. Correct it.',
    );
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/storage\/v1$/, '');
  const origin = `${url.protocol}//${url.host}${path}`;
  return { origin, apiRoot: `${origin}/storage/v1`, isEmulator: true };
}
