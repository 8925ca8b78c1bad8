// Owns `npm start`: builds the development models when they are missing or older than their source, then runs the server.
import { readConfig } from '../server/src/config.ts';
import { main } from '../server/src/main.ts';
import { ensureDevelopmentModels } from './development-models.ts';

const args = process.argv.slice(2);
const cacheDir = cacheDirOf(args);
if (cacheDir !== undefined) await ensureDevelopmentModels(cacheDir);
await main(args);

/** Undefined for settings that cannot be read and for `--help`: the server answers those itself. */
function cacheDirOf(flags: readonly string[]): string | undefined {
  try {
    return readConfig(flags, process.env).cacheDir;
  } catch {
    return undefined;
  }
}
