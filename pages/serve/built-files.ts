// Owns reading the build into memory, with each file's media type. Must not know at which address a page stands.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { getMimeType } from 'hono/utils/mime';
import { BUILT } from './places.ts';
import { type Content, contentOf } from './send.ts';

/** Every file of the build by its path there, for example `assets/status-1a2b3c.js`. Throws when there is no build. */
export function builtFiles(): ReadonlyMap<string, Content> {
  if (!existsSync(BUILT)) throw new Error('The web pages are not built. Run npm run pages, or start with npm start.');
  const entries = readdirSync(BUILT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const type = getMimeType(entry.name);
      if (type === undefined) throw new Error(`Nobody knows the media type of ${extname(entry.name)}. This is a bug.`);
      return [relative(BUILT, path), contentOf(readFileSync(path), type)];
    }),
  );
}
