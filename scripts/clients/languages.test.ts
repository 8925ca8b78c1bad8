// Owns the proof that the facts of each language are true: its folder, its version, its generated files.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readClientFacts } from './client-facts.ts';
import { inputHash, shown } from './generate-client.ts';
import { chosen, REPOSITORY, readLanguages } from './language.ts';

const languages = await readLanguages();
const facts = await readClientFacts();

describe.each(languages.all)('$name', (language) => {
  test('has a README and a package of the contract’s version', async () => {
    expect(existsSync(join(language.folder, 'README.md'))).toBe(true);
    const { manifest } = language;
    if (manifest === undefined) return;
    const text = await readFile(join(language.folder, manifest.file), 'utf8');
    expect(new RegExp(manifest.version, 'm').exec(text)?.[1]).toBe(facts.version);
  });

  test('carries the licence of the repository', async () => {
    // A copy, since tools that make packages take no link to a file above their folder.
    const [own, wanted] = await Promise.all(
      [language.folder, REPOSITORY].map((folder) => readFile(join(folder, 'LICENSE'), 'utf8')),
    );
    expect(own, `cp LICENSE ${shown(language.folder)}/`).toBe(wanted);
  });

  test('was generated from what it is made from now', async () => {
    const hash = await inputHash(language, { facts, openapiGenerator: languages.openapiGenerator });
    const manifest = JSON.parse(await readFile(join(language.folder, 'generated/MANIFEST.json'), 'utf8'));
    expect(manifest.inputSha256).toBe(hash);
  });
});

test('a language that is no row is told so with those that are', () => {
  expect(() => chosen(languages, ['klingon'])).toThrow(/typescript.*got klingon/);
});
