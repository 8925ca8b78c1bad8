// Owns what every suite may rely on: the development models are built.
import { ensureDevelopmentModels } from './development-models.ts';

export async function setup(): Promise<void> {
  await ensureDevelopmentModels();
}
