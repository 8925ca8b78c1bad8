// Owns how a certificate and its key come from two PEM files, and what can be wrong with them. Must not know a server, nor
// when the files change.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';

/** Where the two files are. The certificate's file may hold a chain, the server's own certificate first. */
export interface CertificateFiles {
  readonly certPath: string;
  readonly keyPath: string;
}

/** A certificate that fits its key. */
export interface Certificate {
  /** PEM, as it was read. */
  readonly cert: string;
  /** PEM, as it was read. Never logged. */
  readonly key: string;
  readonly leaf: X509Certificate;
  /** What works and yet will make callers fail, for the log. */
  readonly warnings: readonly string[];
}

/** The two files cannot serve; `problems` has one line for each thing that is wrong. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Reads and checks the pair. Throws CertificateError with everything that is wrong. */
export async function readCertificate({ certPath, keyPath }: CertificateFiles): Promise<Certificate> {
  const problems: string[] = [];
  const cert = await readPem('--tls-cert', certPath, problems);
  const key = await readPem('--tls-key', keyPath, problems);
  const leaf = cert === undefined ? undefined : parseCertificate(cert, problems);
  const privateKey = key === undefined ? undefined : parseKey(key, problems);
  if (cert !== undefined && key !== undefined && leaf !== undefined && privateKey !== undefined) {
    if (!leaf.checkPrivateKey(privateKey))
      problems.push(
        '--tls-key: the key does not belong to the first certificate of --tls-cert; give the pair that was issued together',
      );
    else {
      // What Node's TLS refuses beyond that, for example a key that is too short.
      try {
        createSecureContext({ cert, key });
        return { cert, key, leaf, warnings: validity(leaf) };
      } catch (error) {
        problems.push(`--tls-cert and --tls-key: refused for TLS (${word(error)}); issue a new pair`);
      }
    }
  }
  throw new CertificateError(problems);
}

/** The first of `names` that the certificate is for, or the first one when it is for none of them. */
export function certifiedName(leaf: X509Certificate, names: readonly [string, ...string[]]): string {
  const isFor = (name: string) => (isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name)) !== undefined;
  return names.find(isFor) ?? names[0];
}

async function readPem(flag: string, path: string, problems: string[]): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    problems.push(`${flag}: expected a PEM file, but ${JSON.stringify(path)} cannot be read (${word(error)})`);
    return undefined;
  }
}

function parseCertificate(pem: string, problems: string[]): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    problems.push('--tls-cert: expected a certificate in PEM form, "-----BEGIN CERTIFICATE-----", got something else');
    return undefined;
  }
}

function parseKey(pem: string, problems: string[]): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    problems.push(
      /ENCRYPTED/.test(pem)
        ? '--tls-key: the key is encrypted, and nobody is there to type its passphrase; store it decrypted, readable by the server alone'
        : '--tls-key: expected a private key in PEM form, "-----BEGIN PRIVATE KEY-----", got something else',
    );
    return undefined;
  }
}

function validity(leaf: X509Certificate): string[] {
  const now = Date.now();
  if (leaf.validToDate.getTime() < now)
    return [`the certificate expired on ${leaf.validToDate.toISOString()}; callers will refuse it`];
  if (leaf.validFromDate.getTime() > now)
    return [`the certificate is valid from ${leaf.validFromDate.toISOString()} only; callers will refuse it`];
  return [];
}

/** The short name of a failure; its text may hold a path. */
function word(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown failure';
}
