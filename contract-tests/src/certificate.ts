// Owns certificates for tests: made anew each time, valid for this machine's own names. Nobody else trusts them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, not encrypted. */
  readonly key: string;
}

export interface TestCertificateFacts {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** DNS names; `localhost` by default. */
  readonly names?: readonly string[];
  /** IP addresses; `127.0.0.1` by default. */
  readonly addresses?: readonly string[];
}

/** A self-signed certificate with its key. */
export async function makeCertificate(facts: TestCertificateFacts = {}): Promise<TestCertificate> {
  const { names = ['localhost'], addresses = ['127.0.0.1'] } = facts;
  const { cert, private: key } = await generate([{ name: 'commonName', value: names[0] ?? 'test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(facts.notBefore && { notBeforeDate: facts.notBefore }),
    ...(facts.notAfter && { notAfterDate: facts.notAfter }),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert, key };
}

/** Writes `tls.crt` and `tls.key` into `folder`, as a Kubernetes secret names them. */
export async function writeCertificate(
  folder: string,
  { cert, key }: TestCertificate,
): Promise<{ certPath: string; keyPath: string }> {
  const certPath = join(folder, 'tls.crt');
  const keyPath = join(folder, 'tls.key');
  await writeFile(certPath, cert);
  await writeFile(keyPath, key, { mode: 0o600 });
  return { certPath, keyPath };
}
