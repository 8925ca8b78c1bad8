// Owns `npm start`: builds what is missing or older than its source, then runs the server.
import { main } from '../server/src/main.ts';
import { ensureBuilt } from './ensure-built.ts';

await main(process.argv.slice(2), ({ cacheDir }) => ensureBuilt(cacheDir));
