// Owns `npm start`: builds the development models when they are missing or older than their source, then runs the server.
import { main } from '../server/src/main.ts';
import { ensureDevelopmentModels } from './development-models.ts';

await main(process.argv.slice(2), ({ cacheDir }) => ensureDevelopmentModels(cacheDir));
