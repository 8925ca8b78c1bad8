// Owns the command that writes floats/generated/, or with --check says whether it is current. `npm run generate` calls it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { compile } from './compile.ts';

const FILE = new URL('../generated/floats.wasm', import.meta.url);
const NAME = 'floats/generated/floats.wasm';

const unknown = process.argv.slice(2).filter((argument) => argument !== '--check');
if (unknown.length > 0) {
  console.error(`Expected no argument or --check, got ${unknown.join(' ')}.`);
  process.exitCode = 1;
} else await run(process.argv.includes('--check'));

async function run(isCheck: boolean): Promise<void> {
  const module = await compile();
  const present = await readFile(FILE).catch(() => undefined);
  if (present?.equals(module)) {
    console.log(`${NAME} is current (${module.length} bytes)`);
  } else if (isCheck) {
    console.error(`${NAME} is not what floats/assembly/ compiles to. Repair it with: npm run generate`);
    process.exitCode = 1;
  } else {
    await mkdir(new URL('.', FILE), { recursive: true });
    await writeFile(FILE, module);
    console.log(`wrote ${NAME} (${module.length} bytes)`);
  }
}
