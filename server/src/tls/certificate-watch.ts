// Owns when a certificate is read again: both files are looked at every second, whatever way they were replaced. Must not know
// what a server does with the new one.
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Certificate, CertificateError, type CertificateFiles, readCertificate } from './certificate.ts';

/** A renewed certificate is there days before the old one ends, so a second costs nothing and is never too late. */
const LOOK_INTERVAL_MS = 1_000;

export interface CertificateListener {
  /** A pair that differs from the last one and works. */
  onCertificate(certificate: Certificate): void;
  /** The files have changed and do not work; the last pair stands. */
  onProblems(problems: readonly string[]): void;
}

/**
 * Looks for changes since `current` was read, until `signal` aborts. `stat` follows links, so that the swapped folder of a mounted
 * Kubernetes secret is seen as well as a file that was replaced or written in place; file system events would miss the first.
 */
export async function watchCertificate(
  files: CertificateFiles,
  current: Certificate,
  { onCertificate, onProblems }: CertificateListener,
  signal: AbortSignal,
  lookIntervalMs = LOOK_INTERVAL_MS,
): Promise<void> {
  let last = current;
  // Unlike any stamp: what changed since `current` was read is seen at the first look.
  let seen = '';
  while (!signal.aborted) {
    const stamp = await stampOf(files);
    if (stamp !== seen) {
      seen = stamp;
      try {
        const certificate = await readCertificate(files);
        if (certificate.cert !== last.cert || certificate.key !== last.key) {
          last = certificate;
          onCertificate(certificate);
        }
      } catch (error) {
        if (!(error instanceof CertificateError)) throw error;
        // Replaced while it was read, and perhaps read half old, half new: the next look decides.
        if ((await stampOf(files)) === stamp) onProblems(error.problems);
      }
    }
    await sleep(lookIntervalMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** Differs as soon as one of the files does. */
async function stampOf({ certPath, keyPath }: CertificateFiles): Promise<string> {
  const stamps = [certPath, keyPath].map(async (path) => {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join('.');
    } catch {
      return 'unreadable';
    }
  });
  return (await Promise.all(stamps)).join(' ');
}
