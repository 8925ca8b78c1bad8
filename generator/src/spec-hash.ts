// Owns the one number that says whether generated files belong to a spec: the SHA-256 over all of its files and the fixtures
// that its examples name.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { sha256 } from './emit/manifest.ts';
import { fixturesFolderOf } from './examples/fixtures.ts';

/** `$fixture: a/b.wav` and `$fixtureJson: a/b.json`, quoted or not. */
const FIXTURE = /\$fixture(?:Json)?["']?\s*:\s*["']?([^"'\s},]+)/g;

/**
 * The hash of a spec folder, in hexadecimal digits. Lint samples (`rules/`) and Markdown files do not count.
 *
 * @param specFolder the folder that holds openapi.yaml
 */
export function specHash(specFolder: string): string {
  const root = resolve(specFolder);
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !file.startsWith('rules/'))
    .sort();
  const fixtures = new Set<string>();
  const lines = files.map((file) => {
    const content = readFileSync(join(root, file));
    for (const [, name = ''] of content.toString('utf8').matchAll(FIXTURE)) {
      fixtures.add(name);
    }
    return `${file} ${sha256(content)}`;
  });
  for (const name of [...fixtures].sort()) {
    const path = join(fixturesFolderOf(root), name);
    lines.push(`fixtures/${name} ${existsSync(path) ? sha256(readFileSync(path)) : 'missing'}`);
  }
  return sha256(lines.join('\n'));
}
