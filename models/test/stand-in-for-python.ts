// Stands in for Python and reference/embeddings.py where a test needs the reference pipeline without an installation: takes the
// same arguments and writes the same file, by the float64 computation of the tests.
import { readFileSync, writeFileSync } from 'node:fs';
import { referenceEmbedding } from './small-hear.ts';

const CLIP_BYTES = 4 * 32_000;

const [program = '', folder = '', clips = '', out = ''] = process.argv.slice(2);
if (!program.endsWith('embeddings.py')) throw new Error(`expected embeddings.py, got ${program}`);
const bytes = new Uint8Array(readFileSync(clips));
const rows: Buffer[] = [];
for (let start = 0; start < bytes.byteLength; start += CLIP_BYTES) {
  const embedding = referenceEmbedding(folder, new Float32Array(bytes.buffer, start, CLIP_BYTES / 4));
  rows.push(Buffer.from(embedding.buffer));
}
writeFileSync(out, Buffer.concat(rows));
console.log(JSON.stringify({ standIn: '1' }));
