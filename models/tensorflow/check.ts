// Owns `npm run test:tensorflow`: proves the documented way from a TensorFlow SavedModel to a served form. Installs TensorFlow and tf2onnx
// into .cache once, converts two SavedModels with upstream's signatures, and compares the numbers with TensorFlow's. Takes minutes.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signatureOf } from '../src/adopt/adopt-model.ts';
import { cosine, largestDifference, loadModel } from '../test/run-model.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const environment = process.env['TENSORFLOW_ENVIRONMENT'] ?? join('.cache', 'tensorflow');
const python = join(environment, 'bin', 'python');
const main = join(here, '..', 'src', 'main.ts');

/** As models/README.md says for each of the two. */
const WAYS = [
  { name: 'detector', algorithm: 'hear-events', flags: [] },
  { name: 'encoder', algorithm: 'hear', flags: ['--inputs', 'x:0[1,32000]', '--rename-inputs', 'clip'] },
] as const;

/** Both sides compute in float32, with sums in another order. */
const LARGEST_DIFFERENCE = 1e-3;

install();
const folder = mkdtempSync(join(tmpdir(), 'tensorflow-'));
let failed = 0;
try {
  run(python, [join(here, 'make_saved_models.py'), folder]);
  for (const { name, algorithm, flags } of WAYS) {
    const saved = join(folder, name);
    const [converted, adopted] = [join(folder, `${name}.onnx`), join(folder, `${name}.adopted.onnx`)];
    run(python, ['-m', 'tf2onnx.convert', '--saved-model', saved, '--opset', '17', '--output', converted, ...flags]);
    const named = ['--algorithm', algorithm, '--display-name', name, '--out', adopted];
    run(process.execPath, [main, 'adopt', converted, ...named]);
    if (!(await agrees(saved, adopted, name))) failed += 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${WAYS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function agrees(saved: string, adopted: string, name: string): Promise<boolean> {
  const { inputLength, outputLength } = signatureOf(readFileSync(adopted));
  const clips = rowsOf(join(saved, 'clips.f32'), inputLength);
  const wanted = rowsOf(join(saved, 'results.f32'), outputLength);
  const got = await (await loadModel(adopted))(clips);
  const difference = Math.max(...wanted.map((row, index) => largestDifference(row, got[index] ?? [])));
  const angle = Math.min(...wanted.map((row, index) => cosine(row, got[index] ?? row)));
  const spread = Math.max(...wanted.map((row) => largestDifference(row, wanted[0] ?? row)));
  console.log(
    `${name}: ${clips.length} clips, largest difference ${difference.toExponential(2)}, least cosine ${angle}`,
  );
  console.log(`${name}: between clips the numbers differ by up to ${spread.toFixed(3)}`);
  // Clips that all have the same numbers would prove nothing.
  return difference <= LARGEST_DIFFERENCE && spread > 100 * LARGEST_DIFFERENCE;
}

function rowsOf(file: string, length: number): Float32Array[] {
  const bytes = readFileSync(file);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Array.from({ length: values.length / length }, (_, row) => values.slice(row * length, (row + 1) * length));
}

function install(): void {
  const complete = join(environment, 'complete');
  if (existsSync(complete) || process.env['TENSORFLOW_ENVIRONMENT'] !== undefined) return;
  console.log('Installing TensorFlow and tf2onnx into .cache: about 500 MB.');
  run('python3', ['-m', 'venv', '--clear', environment]);
  run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(here, 'requirements.txt')]);
  writeFileSync(complete, '');
}

function run(program: string, args: readonly string[]): void {
  console.log(`$ ${[program, ...args].join(' ')}`);
  execFileSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
}
