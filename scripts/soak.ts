// Owns `npm run soak`.
import { main } from '../bench/src/soak/main.ts';

await main(process.argv.slice(2));
