// Owns `npm run bench`: builds the development model when it is missing, then measures.
import { main } from '../bench/src/main.ts';
import { developmentModelPath } from '../server/src/development-model-path.ts';
import { ensureDevelopmentModels } from './development-models.ts';

await ensureDevelopmentModels();
await main(process.argv.slice(2), developmentModelPath('.cache', 'hear'));
