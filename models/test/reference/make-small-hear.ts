// Writes small-hear.json: embeddings of the small seeded model by PyTorch and transformers, to which the float64 computation of
// the tests is held. Run it with `node models/test/reference/make-small-hear.ts PYTHON`, PYTHON having reference/requirements.txt.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runReference } from '../../src/reference-pipeline.ts';
import { recordedClips, writeSmallHear } from '../small-hear.ts';

/** Every so many of the 512 numbers are kept. */
const STEP = 8;

const [python = 'python3'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'make-small-hear-'));
try {
  const [clips, out] = [join(folder, 'clips'), join(folder, 'embeddings')];
  const sounds = Object.entries(recordedClips());
  writeFileSync(clips, Buffer.concat(sounds.map(([, clip]) => Buffer.from(clip.buffer))));
  const printed = await runReference(python, 'embeddings.py', [writeSmallHear(join(folder, 'model')), clips, out]);
  const values = new Float64Array(new Uint8Array(readFileSync(out)).buffer);
  const length = values.length / sounds.length;
  const embeddings = Object.fromEntries(
    sounds.map(([name], row) => [
      name,
      [...values.subarray(row * length, (row + 1) * length)].filter((_, place) => place % STEP === 0),
    ]),
  );
  const text = JSON.stringify({ madeBy: JSON.parse(printed), step: STEP, embeddings }, null, 2);
  writeFileSync(new URL('small-hear.json', import.meta.url), `${text}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
