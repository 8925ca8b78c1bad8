// Owns `npm run bench`: builds the development model when it is missing, then measures.
import { main } from '../bench/src/main.ts';
import { developmentModelPath } from '../server/src/development-model-path.ts';
import { ensureBuilt } from './ensure-built.ts';

await ensureBuilt();
await main(process.argv.slice(2), developmentModelPath('.cache', 'hear'));
