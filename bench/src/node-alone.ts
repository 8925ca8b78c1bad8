// Owns a measure of what Node itself costs: node:http around a session on the same thread, for the bodies of bodies.ts alone. It trusts
// its caller in everything, asks for no token, keeps no deadline, log or metrics, and hears nothing while it computes: no server to use, but
// only batches across calls can make one on Node much cheaper. Arguments: the port, the model's path.
import { createServer } from 'node:http';
import { floatsFromSigned16, jsonBytes, scanFloats } from '@predict-schemata/floats';
import { Tensor } from 'onnxruntime-node';
import { openSession } from './open-session.ts';
import { SAMPLE_COUNT, WAV_HEADER_BYTES } from './sound.ts';

const [, , port = '', modelPath = ''] = process.argv;
const session = await openSession(modelPath, 1);

/** `{"instances":[{"input_bytes":"…"},…]}`, or the same with lists of numbers, as JSON.stringify writes it. */
function rowsOf(body: Buffer): Float32Array[] {
  const rows: Float32Array[] = [];
  const isBytes = body.indexOf('"input_bytes":"') >= 0;
  const start = isBytes ? '"input_bytes":"' : '"input_array":[';
  for (let at = body.indexOf(start); at >= 0; at = body.indexOf(start, at)) {
    const row = new Float32Array(SAMPLE_COUNT);
    at += start.length;
    if (isBytes) {
      const end = body.indexOf('"', at);
      const file = Buffer.from(body.toString('latin1', at, end), 'base64');
      floatsFromSigned16(file.subarray(WAV_HEADER_BYTES), row);
      at = end;
    } else at = scanFloats(body, at, row).end;
    rows.push(row);
  }
  return rows;
}

async function answerTo(body: Buffer): Promise<Buffer> {
  const rows = rowsOf(body);
  const [first] = rows;
  const all = rows.length === 1 && first !== undefined ? first : new Float32Array(rows.length * SAMPLE_COUNT);
  if (all !== first) for (const [index, row] of rows.entries()) all.set(row, index * SAMPLE_COUNT);
  const { embedding } = await session.run({ x: new Tensor('float32', all, [rows.length, SAMPLE_COUNT]) });
  // The model's output is float32, as its signature says.
  const numbers = embedding?.data as Float32Array;
  const length = numbers.length / rows.length;
  return jsonBytes({
    predictions: rows.map((_, index) => ({ embedding: numbers.subarray(index * length, (index + 1) * length) })),
  });
}

/** Bodies that were answered, by their size: the next one of a size is read into memory that the processor still has in its caches. */
const idle = new Map<number, Buffer[]>();

createServer((request, response) => {
  const size = Number(request.headers['content-length']);
  const kept = idle.get(size) ?? [];
  idle.set(size, kept);
  const body = kept.pop() ?? Buffer.allocUnsafeSlow(size);
  let used = 0;
  request.on('data', (chunk: Buffer<ArrayBuffer>) => {
    body.set(chunk, used);
    used += chunk.length;
    // Frees it, as the server does: see server/src/garbage-collection.ts.
    if (chunk.length === chunk.buffer.byteLength) chunk.buffer.transfer(0);
  });
  request.once('end', async () => {
    const answer = await answerTo(body);
    kept.push(body);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length });
    response.end(answer);
  });
}).listen(Number(port), '127.0.0.1');
