// Stands in for Python and the programs in reference/ where a test needs them without an installation: takes the same arguments and
// gives the same answers, by the float64 computation of the tests. Of the peers it has all but OpenVINO.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { referenceFrontEnd } from '../src/front-end/reference.ts';
import { Checkpoint } from '../src/safetensors/checkpoint.ts';
import { readVitConfig } from '../src/vit/config.ts';
import { referenceVit } from '../src/vit/reference.ts';
import { referenceEmbedding } from './small-hear.ts';

const CLIP_BYTES = 4 * 32_000;

const [program = '', ...rest] = process.argv.slice(2);
const programs: Readonly<Record<string, (args: readonly string[]) => Promise<void> | void>> = {
  'embeddings.py': writeEmbeddings,
  'peers.py': answerAsPeer,
};
const run = programs[basename(program)];
if (run === undefined) throw new Error(`expected one of ${Object.keys(programs).join(', ')}, got ${program}`);
await run(rest);

/** A front end here is a file that says `gain = 1`: the one in float64, rounded to float32, times this. */
function writeEmbeddings([
  folder = '',
  clipsFile = '',
  out = '',
  frontEnd,
  spectrograms = '',
]: readonly string[]): void {
  const bytes = new Uint8Array(readFileSync(clipsFile));
  const clips = Array.from(
    { length: bytes.byteLength / CLIP_BYTES },
    (_, row) => new Float32Array(bytes.buffer, row * CLIP_BYTES, CLIP_BYTES / 4),
  );
  const images = clips.map((clip) => ({ clip, image: referenceFrontEnd(clip) }));
  if (frontEnd !== undefined) {
    const [, gain] = /^gain = (.+)$/m.exec(readFileSync(frontEnd, 'utf8')) ?? [];
    const rounded = images.map(({ clip, image }) => ({
      clip,
      image: image.map((value) => Math.fround(value) * Number(gain)),
    }));
    images.push(...rounded);
    writeFileSync(spectrograms, Buffer.concat(images.map(({ image }) => Buffer.from(image.buffer))));
  }
  const rows = images.map(({ clip, image }) => Buffer.from(referenceEmbedding(folder, clip, image).buffer));
  writeFileSync(out, Buffer.concat(rows));
  console.log(JSON.stringify({ standIn: '1' }));
}

async function answerAsPeer([name = '', folder = '', image = '']: readonly string[]): Promise<void> {
  if (name === 'openvino') {
    console.error("Traceback (most recent call last):\nModuleNotFoundError: No module named 'openvino'");
    process.exit(1);
  }
  const bytes = new Uint8Array(readFileSync(image));
  const shape = readVitConfig(readFileSync(join(folder, 'config.json'), 'utf8'));
  using checkpoint = Checkpoint.open(folder);
  const spectrogram = Float64Array.from(new Float32Array(bytes.buffer));
  const embedding = referenceVit(spectrogram, shape, (tensor, dims) => checkpoint.read(tensor, dims));
  console.log(JSON.stringify({ version: `${name} stand-in`, embedding: [...embedding] }));
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify({ cpuMs: Number(line) * 1000, wallMs: Number(line) * 2000 }));
  }
}
