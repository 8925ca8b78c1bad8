// Owns the proof of what a start says about certificate files that cannot serve, and of which changes are taken over.
import { createPrivateKey } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeCertificate, writeCertificate } from '../../../contract-tests/src/certificate.ts';
import { type Certificate, CertificateError, certifiedName, readCertificate } from './certificate.ts';
import { watchCertificate } from './certificate-watch.ts';

const good = await makeCertificate();
const other = await makeCertificate();
const DAY_MS = 86_400_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificate-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('reading a pair', () => {
  test('a pair that fits is read without a warning', async () => {
    const certificate = await readCertificate(await writeCertificate(folder, good));
    expect(certificate).toMatchObject({ ...good, warnings: [] });
  });

  const encrypted = createPrivateKey(good.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString();
  test.each([
    { name: 'a key of another pair', given: { ...good, key: other.key }, want: [/--tls-key: .*does not belong/] },
    { name: 'an encrypted key', given: { ...good, key: encrypted }, want: [/--tls-key: the key is encrypted/] },
    {
      name: 'files that are no PEM',
      given: { cert: 'x', key: 'y' },
      want: [/--tls-cert: expected a certificate in PEM/, /--tls-key: expected a private key in PEM/],
    },
    {
      name: 'the two files exchanged',
      given: { cert: good.key, key: good.cert },
      want: [/--tls-cert: expected a certificate/, /--tls-key: expected a private key/],
    },
  ])('$name is refused with what to do', async ({ given, want }) => {
    const problems = await problemsOf(await writeCertificate(folder, given));
    expect(problems).toEqual(want.map((text) => expect.stringMatching(text)));
  });

  test('missing files are named, each', async () => {
    const problems = await problemsOf({ certPath: join(folder, 'no.crt'), keyPath: folder });
    expect(problems).toEqual([
      expect.stringMatching(/^--tls-cert: .*no\.crt.*ENOENT/),
      expect.stringMatching(/^--tls-key: .*EISDIR/),
    ]);
  });

  test.each([
    { name: 'expired', given: { notBefore: new Date(0), notAfter: new Date(DAY_MS) }, want: /expired on 1970-01-02/ },
    {
      name: 'not yet valid',
      given: { notBefore: new Date(Date.now() + DAY_MS), notAfter: new Date(Date.now() + 2 * DAY_MS) },
      want: /is valid from/,
    },
  ])('one that is $name serves with a warning', async ({ given, want }) => {
    const certificate = await readCertificate(await writeCertificate(folder, await makeCertificate(given)));
    expect(certificate.warnings).toEqual([expect.stringMatching(want)]);
  });

  test.each([
    { names: ['localhost'], addresses: ['127.0.0.1'], want: '127.0.0.1' },
    { names: ['localhost'], addresses: [], want: 'localhost' },
    { names: ['hear.example.com'], addresses: [], want: '127.0.0.1' },
  ])('the address shown for $names $addresses is $want', async ({ names, addresses, want }) => {
    const { leaf } = await readCertificate(await writeCertificate(folder, await makeCertificate({ names, addresses })));
    expect(certifiedName(leaf, ['127.0.0.1', 'localhost'])).toBe(want);
  });
});

describe('watching a pair', () => {
  let stop: AbortController;
  let taken: Certificate[];
  let refused: (readonly string[])[];
  beforeEach(() => {
    stop = new AbortController();
    taken = [];
    refused = [];
  });
  afterEach(() => stop.abort());

  async function watch(files: { certPath: string; keyPath: string }): Promise<void> {
    const listener = {
      onCertificate: (certificate: Certificate) => void taken.push(certificate),
      onProblems: (problems: readonly string[]) => void refused.push(problems),
    };
    void watchCertificate(files, await readCertificate(files), listener, stop.signal, 5);
  }

  test('files replaced one after the other: the half new pair is reported, the whole one taken', async () => {
    const files = await writeCertificate(folder, good);
    await watch(files);
    await writeFile(`${files.certPath}.new`, other.cert);
    await rename(`${files.certPath}.new`, files.certPath);
    await expect.poll(() => refused.at(-1)?.join()).toMatch(/does not belong/);
    expect(taken).toEqual([]);
    await writeFile(`${files.keyPath}.new`, other.key);
    await rename(`${files.keyPath}.new`, files.keyPath);
    await expect.poll(() => taken).toEqual([expect.objectContaining(other)]);
  });

  test('a swapped folder behind a link, as a mounted secret changes', async () => {
    for (const [name, pair] of [
      ['..old', good],
      ['..new', other],
    ] as const) {
      await mkdir(join(folder, name));
      await writeCertificate(join(folder, name), pair);
    }
    await symlink('..old', join(folder, '..data'));
    const names = { certPath: 'tls.crt', keyPath: 'tls.key' };
    for (const name of Object.values(names)) await symlink(join('..data', name), join(folder, name));
    await watch({ certPath: join(folder, names.certPath), keyPath: join(folder, names.keyPath) });
    await symlink('..new', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await expect.poll(() => taken).toEqual([expect.objectContaining(other)]);
    expect(refused).toEqual([]);
  });

  test('half a file, no file, then the old pair again: nothing is taken', async () => {
    const files = await writeCertificate(folder, good);
    await watch(files);
    await writeFile(files.certPath, good.cert.slice(0, 100));
    await expect.poll(() => refused.at(-1)?.join()).toMatch(/expected a certificate in PEM form/);
    await rm(files.certPath);
    await expect.poll(() => refused.at(-1)?.join()).toMatch(/ENOENT/);
    await writeFile(files.certPath, good.cert);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(taken).toEqual([]);
  });
});

async function problemsOf(files: { certPath: string; keyPath: string }): Promise<readonly string[]> {
  try {
    await readCertificate(files);
  } catch (error) {
    if (error instanceof CertificateError) return error.problems;
    throw error;
  }
  throw new Error('The pair was read.');
}
