// Owns `npm run test:tensorflow`: proves the documented way from a TensorFlow SavedModel to a served form. Installs TensorFlow and tf2onnx
// into .cache once, converts two SavedModels with upstream's signatures, and compares the numbers with TensorFlow's; then holds the
// networks that are built here to Keras's own. Takes minutes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '@predict-schemata/python-environments';
import { signatureOf } from '../src/adopt/adopt-model.ts';
import { BANDS, STEPS } from '../src/hear-events/front-end.ts';
import { addMobileNetV3, type Block, LARGE, SMALL } from '../src/hear-events/mobilenet-v3.ts';
import { GraphBuilder } from '../src/onnx/graph-builder.ts';
import { encodeModel } from '../src/onnx/wire-format.ts';
import { cosine, largestDifference, loadModel } from '../test/run-model.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const given = process.env['TENSORFLOW_ENVIRONMENT'];
const python = given === undefined ? await install() : join(given, 'bin', 'python');
const main = join(here, '..', 'src', 'main.ts');

/** As models/README.md says for each of the two. */
const WAYS = [
  { name: 'detector', algorithm: 'hear-events', flags: [] },
  { name: 'encoder', algorithm: 'hear', flags: ['--inputs', 'x:0[1,32000]', '--rename-inputs', 'clip'] },
] as const;

/** Relative to the largest number: both sides compute in float32, with sums in another order. */
const LARGEST_DIFFERENCE = 1e-3;

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
  run(python, [join(here, 'keras_networks.py'), folder]);
  for (const [name, blocks] of Object.entries({ small: SMALL, large: LARGE })) {
    if (!(await isKeras(join(folder, name), blocks, name))) failed += 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${WAYS.length + 2 - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function agrees(saved: string, adopted: string, name: string): Promise<boolean> {
  const { inputLength, outputLength } = signatureOf(readFileSync(adopted));
  const clips = rowsOf(join(saved, 'clips.f32'), inputLength);
  const wanted = rowsOf(join(saved, 'results.f32'), outputLength);
  return compare(name, await (await loadModel(adopted))(clips), wanted);
}

/** Whether the network, with Keras's numbers in each layer, computes what Keras does. */
async function isKeras(computed: string, blocks: readonly Block[], name: string): Promise<boolean> {
  const [numbers = new Float32Array()] = rowsOf(join(computed, 'layers.f32'));
  let used = 0;
  const take = (length: number) => {
    used += length;
    return numbers.slice(used - length, used);
  };
  const graph = new GraphBuilder(name);
  const image = graph.node('Reshape', [graph.input('x', ['N', STEPS * BANDS]), graph.integers([-1, 1, STEPS, BANDS])]);
  const { features, channels } = addMobileNetV3(graph, image, blocks, ({ inputs, outputs, kernel, groups }) => ({
    weights: take((outputs * inputs * kernel ** 2) / groups),
    biases: take(outputs),
  }));
  graph.output(graph.node('Reshape', [features, graph.integers([-1, channels])]), ['N', channels]);
  const run = await loadModel(encodeModel(graph.build()));
  const got = await run(rowsOf(join(computed, 'images.f32'), STEPS * BANDS));
  const isSame = compare(`MobileNetV3 ${name}`, got, rowsOf(join(computed, 'features.f32'), channels));
  if (used !== numbers.length)
    console.log(`MobileNetV3 ${name}: ${numbers.length - used} numbers of Keras have no place`);
  return isSame && used === numbers.length;
}

/** Prints how far the rows lie from those wanted. */
function compare(name: string, got: readonly Float32Array[], wanted: readonly Float32Array[]): boolean {
  const largest = Math.max(...wanted.map((row) => row.reduce((most, value) => Math.max(most, Math.abs(value)), 0)));
  const difference = Math.max(...wanted.map((row, index) => largestDifference(row, got[index] ?? []))) / largest;
  const angle = Math.min(...wanted.map((row, index) => cosine(row, got[index] ?? row)));
  const spread = Math.max(...wanted.map((row) => largestDifference(row, wanted[0] ?? row))) / largest;
  const shown = `largest difference ${difference.toExponential(2)} of the largest number, least cosine ${angle}`;
  console.log(`${name}: ${wanted.length} rows, ${shown}; between rows ${spread.toFixed(3)}`);
  // Rows that all have the same numbers would prove nothing.
  return difference <= LARGEST_DIFFERENCE && spread > 50 * LARGEST_DIFFERENCE;
}

/** The rows of a file of float32; one row where no length is given. */
function rowsOf(file: string, rowLength?: number): Float32Array[] {
  const bytes = readFileSync(file);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const length = rowLength ?? values.length;
  return Array.from({ length: values.length / length }, (_, row) => values.slice(row * length, (row + 1) * length));
}

function install(): Promise<string> {
  return ensurePythonEnvironment({
    name: 'tensorflow',
    requirements: join(here, 'requirements.txt'),
    folder: '.cache',
    onMake: () => console.log('Installing TensorFlow and tf2onnx into .cache: about 500 MB.'),
  });
}

function run(program: string, args: readonly string[]): void {
  console.log(`$ ${[program, ...args].join(' ')}`);
  execFileSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
}
