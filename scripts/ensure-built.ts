// Owns what every start of the server relies on and no package brings: the development models and the web pages, made when they are
// missing or older than their source.
import { ensurePages } from '@predict-schemata/pages/build';
import { ensureDevelopmentModels } from './development-models.ts';

export async function ensureBuilt(cacheDir?: string): Promise<void> {
  await ensureDevelopmentModels(cacheDir);
  await ensurePages();
}
