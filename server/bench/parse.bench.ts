// Owns the measurement of the request parser against JSON.parse with typed arrays made from its result: one clip per body,
// both sides in turn in one process, medians. Then the bodies that cost the HTTP thread
// most: those of the largest size that it parses itself. Run: node server/bench/parse.bench.ts [rounds] [--json]; with --json
// the first table alone.
import {
  type HearParsedInstance,
  type HearParsedParameters,
  hearRequestShape,
} from '@predict-schemata/generated/ts/hear.shape.gen.ts';
import { readRequest } from '../src/parse/read-request.ts';
import { giveBack } from '../src/recycled-memory.ts';

const SAMPLES = 32_000;
const WAV_BYTES = 44 + 2 * SAMPLES;
const rounds = Number(process.argv[2] ?? 600);

type Side = (body: Buffer) => Uint8Array | Float32Array;

const ours: Side = (body) => {
  const { instances } = readRequest<HearParsedInstance, HearParsedParameters>(body, hearRequestShape, {
    maxInstances: 1,
  });
  const [first] = instances;
  if (first?.ok !== true || first.value.variant === 'HearGcsUri') throw new Error('the bench body was refused');
  const parsed = first.value.variant === 'HearInputBytes' ? first.value.input_bytes : first.value.input_array;
  // As the server does once it has decoded the file or computed the row.
  giveBack(parsed);
  return parsed;
};

const decodeJson: Side = (body) => Buffer.from(JSON.parse(body.toString('utf8')).instances[0].input_bytes, 'base64');
const arrayJson: Side = (body) => Float32Array.from(JSON.parse(body.toString('utf8')).instances[0].input_array);

function bodyOf(instance: object): Buffer {
  return Buffer.from(JSON.stringify({ instances: [instance] }));
}

function arrayBody(sample: () => number): Buffer {
  return bodyOf({ input_array: Array.from({ length: SAMPLES }, sample) });
}

const noise = () => Math.random() * 2 - 1;
const wav = Uint8Array.from({ length: WAV_BYTES }, () => Math.floor(Math.random() * 256));
const columns: { name: string; body: Buffer; theirs: Side }[] = [
  { name: 'input_bytes', body: bodyOf({ input_bytes: wav.toBase64() }), theirs: decodeJson },
  { name: 'array, full doubles', body: arrayBody(noise), theirs: arrayJson },
  { name: 'array, 16-bit grid', body: arrayBody(() => Math.round(noise() * 32_767) / 32_768), theirs: arrayJson },
  { name: 'array, 4 decimals', body: arrayBody(() => Math.round(noise() * 10_000) / 10_000), theirs: arrayJson },
];

function timeMicroseconds(side: Side, body: Buffer): number {
  const start = process.hrtime.bigint();
  side(body);
  return Number(process.hrtime.bigint() - start) / 1000;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const figures = columns.map(({ name, body, theirs }) => {
  const times: Record<'theirs' | 'ours', number[]> = { theirs: [], ours: [] };
  // The first half of the turns warms up both sides and is left out.
  for (let round = -rounds / 2; round < rounds; round += 1) {
    const pair = { theirs: timeMicroseconds(theirs, body), ours: timeMicroseconds(ours, body) };
    if (round < 0) continue;
    times.theirs.push(pair.theirs);
    times.ours.push(pair.ours);
  }
  return {
    name,
    bytes: body.length,
    jsonMicroseconds: median(times.theirs),
    oursMicroseconds: median(times.ours),
  };
});
if (process.argv[3] === '--json') {
  console.log(JSON.stringify(figures));
  process.exit();
}
console.log(`node ${process.version}, ${rounds} rounds, median µs a clip\n`);
console.log('column                  bytes   JSON.parse   readRequest   ratio');
for (const { name, bytes, jsonMicroseconds, oursMicroseconds } of figures) {
  const ratio = `${(jsonMicroseconds / oursMicroseconds).toFixed(2)}×`.padStart(8);
  const cells = [jsonMicroseconds.toFixed(1).padStart(13), oursMicroseconds.toFixed(1).padStart(14)];
  console.log(`${name.padEnd(20)}${String(bytes).padStart(9)}${cells.join('')}${ratio}`);
}

/** As in decode/decoder.ts. */
const INLINE_LIMIT_BYTES = 96 * 1024;

/** `front`, then `piece` as often as fits the limit, then `back`. */
function filled(front: string, piece: string, back: string): Buffer {
  const count = Math.floor((INLINE_LIMIT_BYTES - front.length - back.length) / piece.length);
  return Buffer.from(`${front}${piece.repeat(count)}${back}`);
}

const INSTANCE = '{"instances":[{"input_array":[';
const worst: { name: string; body: Buffer }[] = [
  { name: 'one-digit numbers', body: filled(INSTANCE, '1,', '1]}]}') },
  { name: 'numbers behind a null', body: filled(`${INSTANCE}null,`, '1,', '1]}]}') },
  { name: 'subnormal numbers', body: filled(INSTANCE, '1.5e-40,', '1]}]}') },
  { name: 'numbers behind 70 kB of digits', body: filled(`${INSTANCE}0.${'3'.repeat(70_000)},`, '1,', '1]}]}') },
  { name: 'lists in an unknown field', body: filled('{"x":[', '[[]],', '[]]}') },
  { name: 'empty instances', body: filled('{"instances":[', '{},', '{}]}') },
  { name: 'unknown fields', body: filled('{"instances":[{', '"a\\u0062":0,', '"c":1}]}') },
  { name: 'base64 with an escape', body: filled('{"instances":[{"input_bytes":"\\/AAA', 'AAAA', '"}]}') },
];

console.log(`\nbodies of ${INLINE_LIMIT_BYTES} bytes, which the HTTP thread parses itself: median and slowest ms`);
for (const { name, body } of worst) {
  const milliseconds = Array.from({ length: 50 }, () =>
    timeMicroseconds(() => {
      try {
        readRequest(body, hearRequestShape, { maxInstances: 64 });
      } catch {
        // Refused bodies count like all others.
      }
      return body;
    }, body),
  ).map((time) => time / 1000);
  const cells = [
    median(milliseconds).toFixed(2).padStart(8),
    Math.max(...milliseconds)
      .toFixed(2)
      .padStart(8),
  ];
  console.log(`${name.padEnd(32)}${cells.join('')}`);
}
