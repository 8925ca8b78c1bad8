// Owns `npm run soak`.
import { main } from '../bench/src/soak/main.ts';
import { ensureBuilt } from './ensure-built.ts';

await ensureBuilt();

await main(process.argv.slice(2));
