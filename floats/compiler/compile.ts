// Owns the compilation of assembly/ to the wasm module. The same sources give the same bytes on every machine: the compiler
// is itself JavaScript and wasm, pinned by the lock file. It runs as a process of its own, since its types replace Node's.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const COMPILER = fileURLToPath(new URL('../bin/asc.js', import.meta.resolve('assemblyscript/asc')));
const FOLDER = fileURLToPath(new URL('../assembly/', import.meta.url));

/** No heap, no checks of arrays that are not there, and the vector instructions that Node has had since version 22. */
const OPTIONS = ['-O3', '--converge', '--runtime', 'stub', '--noAssert', '--use', 'abort='];
const FEATURES = ['--enable', 'simd', '--enable', 'relaxed-simd'];

/** The module's bytes. Throws with the compiler's messages when the sources are wrong. */
export async function compile(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'floats-'));
  const file = join(folder, 'floats.wasm');
  try {
    await promisify(execFile)(
      process.execPath,
      [COMPILER, 'index.ts', '--outFile', file, ...OPTIONS, ...FEATURES],
      // Started in the sources' folder, so that no path of this machine reaches the compiler.
      { cwd: FOLDER },
    );
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
