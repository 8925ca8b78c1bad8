// Owns the proof that scanned numbers are Math.fround(JSON.parse(text)), bit for bit, and that anything but a plain list
// that fits is left to the caller. FLOATS_NUMBERS sets how many random numbers are compared (a million by default).
import { expect, test } from 'vitest';
import { scanFloats } from './scan-floats.ts';
import { seededRandom } from './seeded-random.fixture.ts';

const NUMBERS = Number(process.env['FLOATS_NUMBERS'] ?? 1_000_000);
/** Some 200 kB of text, so that numbers lie across the ends of the scanner's windows. */
const BLOCK = 5000;

test.each([
  { given: ']', want: [] },
  { given: ' \n]', want: [] },
  { given: '1]', want: [1] },
  { given: ' 1 ,\t2\r\n, 3 ] , 4]', want: [1, 2, 3] },
  { given: '1,\n         2, \t       \t3,    ' + '    4    ]', want: [1, 2, 3, 4] },
  { given: '-0,0,-0.0,0e-999,-0e999]', want: [-0, 0, -0, 0, -0] },
  { given: '1e1,1E+1,1e-1,12.5e0]', want: [10, 10, 0.1, 12.5] },
  { given: '3.4028234663852886e38]', want: [3.4028234663852886e38] },
  { given: '3.4028235677973362e38]', want: [3.4028234663852886e38] },
  { given: '1e-45,7e-46,1e-400]', want: [2 ** -149, 0, 0] },
  { given: `1${'0'.repeat(310)}e-308]`, want: [100] },
  { given: `0.${'0'.repeat(400)}1e401]`, want: [1] },
  { given: `0.${'1'.repeat(400)}]`, want: [1 / 9] },
  { given: '12345678.12345678]', want: [12345678.12345678] },
])('reads $given', ({ given, want }) => {
  // Exactly as long as the text, and as a part of something longer: reading four digits at once must not see the neighbours.
  for (const around of ['', '7777']) {
    const bytes = Buffer.from(`${around}${given}${around}`).subarray(around.length, around.length + given.length);
    const out = new Float32Array(8);
    expect(scanFloats(bytes, 0, out)).toEqual({ end: given.indexOf(']') + 1, count: want.length });
    expect(out.subarray(0, want.length)).toEqual(Float32Array.from(want));
  }
});

test.each([
  '',
  '1',
  '1,',
  '1.',
  '1.5',
  '1e',
  '1e+',
  '-',
  ',',
  ',]',
  '1,]',
  '1,,2]',
  '1 2]',
  '01]',
  '-01]',
  '00]',
  '+1]',
  '.5]',
  '5.]',
  '5.e1]',
  '1e]',
  '1e+]',
  '--1]',
  '0x1]',
  '1_0]',
  '1a]',
  '1.2.3]',
  '1e1.5]',
  'NaN]',
  'Infinity]',
  'null]',
  '"1"]',
  '[1]]',
  '{}]',
  '1}',
  '1;2]',
  '１]',
  '1.２]',
  '1.234:]',
  '1.12345/]',
  '1e400]',
  '-3.4028235677973366e38]',
  '1e39]',
  '1,2,3,4,5,6,7,8,9]',
])('leaves %j to the caller', (given) => {
  expect(scanFloats(Buffer.from(given), 0, new Float32Array(8)).end).toBe(-1);
});

test.each([0, 1, 2, 3])('reads numbers that lie across the end of a window (%i)', (shift) => {
  const want = Float32Array.from({ length: 30_000 }, (_, index) => (index % 2 === 0 ? index / 1000 : -1 / index));
  const body = `[${' '.repeat(shift)}${Array.from(want)}]`;
  const out = new Float32Array(want.length);
  expect(scanFloats(Buffer.from(body), 1, out)).toEqual({ end: body.length, count: want.length });
  expect(out).toEqual(want);
});

test('gives up, after all that came before, at a number or white space that no window holds', () => {
  for (const wide of ['1'.repeat(70_000), `${' '.repeat(70_000)}3`]) {
    const out = new Float32Array(8);
    expect(scanFloats(Buffer.from(`[1,2,0.${wide},4]`), 1, out)).toEqual({ end: -1, count: 2 });
    expect([...out.subarray(0, 2)]).toEqual([1, 2]);
  }
});

test.each([1, 2, 99, 100, 2_999])('gives up at the number that has no room (%i)', (room) => {
  const numbers = Float32Array.from({ length: 3_000 }, (_, index) => index / 4_096);
  const out = new Float32Array(room + 1).fill(7);
  expect(scanFloats(Buffer.from(`[${numbers}]`), 1, out.subarray(0, room))).toEqual({ end: -1, count: room });
  expect(out).toEqual(Float32Array.of(...numbers.subarray(0, room), 7));
});

const random = seededRandom(3);
const integer = (below: number): number => Math.floor(random() * below);
const digits = (count: number): string => Array.from({ length: count }, () => integer(10)).join('');
/** Bytes that stand where a number, its comma or the space behind it should go on. */
const STRAY = ['0', '5', '.', '-', '+', 'e', ',', ' ', ']', '/', ':', '"', 'a', '\n', '\0', '\u00ff'];

test.each([',', ', '])('gives up at whatever is wrong in a list with %j between its numbers', (separator) => {
  const numbers = Array.from(
    { length: 36 },
    (_, index) => `${index % 3 === 0 ? '-' : ''}${index % 10}.${digits(1 + index)}`,
  );
  const right = `${numbers.join(separator)}]`;
  const out = new Float32Array(64);
  for (let at = 0; at < right.length; at += 1) {
    for (const stray of STRAY) {
      const text = right.slice(0, at) + stray + right.slice(at + 1);
      const end = text.indexOf(']') + 1;
      const want = parsedNumbers(`[${text.slice(0, end)}`);
      const got = scanFloats(Buffer.from(text, 'latin1'), 0, out);
      expect([text, got.end]).toEqual([text, want === undefined ? -1 : end]);
      const parts = text.slice(0, end === 0 ? undefined : end - 1).split(',');
      const wrong = parts.findIndex((part) => parsedNumbers(`[${part}]`)?.length !== 1);
      // Where it gave up, it has read all that stands in front of that; the last one only with its bracket.
      const count = want?.length ?? (wrong < 0 ? parts.length - 1 : wrong);
      expect([text, got.count]).toEqual([text, count]);
      expect(out.subarray(0, count)).toEqual(Float32Array.from(parts.slice(0, count), Number));
    }
  }
});

/** The numbers of a JSON list, or undefined when it is none, or not of 32-bit floats alone. */
function parsedNumbers(text: string): number[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    const isPlain =
      Array.isArray(list) && list.every((item) => Number.isFinite(item) && Number.isFinite(Math.fround(item)));
    return isPlain ? list.map(Math.fround) : undefined;
  } catch {
    return undefined;
  }
}

const bits = new DataView(new ArrayBuffer(8));

function randomFloat32(): number {
  bits.setUint32(0, integer(2 ** 32));
  const value = bits.getFloat32(0);
  return Number.isFinite(value) ? value : 1;
}

/** The exact decimals of a number half-way between two 32-bit floats, where the last digits decide. */
function midpoint(): string {
  const lower = Math.abs(randomFloat32());
  bits.setFloat32(0, lower);
  bits.setUint32(0, bits.getUint32(0) + 1);
  const upper = bits.getFloat32(0);
  // A 64-bit float holds it exactly, and toFixed and toPrecision write up to 100 of its digits.
  const middle = lower + (Number.isFinite(upper) ? upper - lower : 0) / 2;
  const text = middle < 1e21 && middle > 1e-9 ? middle.toFixed(100) : middle.toPrecision(100);
  const [mantissa = '', exponent] = text.split('e');
  const nudged = [
    mantissa,
    `${mantissa}1`,
    mantissa.slice(0, 20 + integer(mantissa.length)),
    `${middle}`.split('e')[0],
  ][integer(4)];
  return exponent === undefined ? `${nudged}`.replace(/\.$/, '') : `${nudged}e${exponent}`;
}

/** The 64-bit floats on both sides of the middle between two 32-bit floats, and the middle itself. */
function nearMidpoint(): string {
  const middle = Number(midpoint());
  bits.setFloat64(0, middle);
  bits.setBigUint64(0, bits.getBigUint64(0) + BigInt(integer(3) - 1));
  const value = bits.getFloat64(0);
  return Number.isFinite(value) ? String(value) : '0';
}

/** One kind of number each; together what clients send and where such scanners go wrong. */
const KINDS: readonly (() => string)[] = [
  () => String(random() * 2 - 1),
  () => String(Math.round(random() * 65_535 - 32_768) / 32_768),
  () => (random() * 2 - 1).toFixed(1 + integer(20)),
  () => String(randomFloat32()),
  midpoint,
  nearMidpoint,
  () => String(Math.round((random() * 2 - 1) * 2 ** 31) / 2 ** 31),
  () => String(integer(2 ** 16)),
  () => String(2n ** 53n + BigInt(integer(2 ** 20)) * 2n ** BigInt(integer(12))),
  () => `0.${'0'.repeat(integer(6))}${digits(14 + integer(20))}`,
  () => `0.${'0'.repeat(integer(60))}${digits(1 + integer(25))}`,
  () => `${1 + integer(9)}${digits(integer(40))}`,
  () => `${integer(10)}.${digits(1 + integer(40))}e${integer(140) - 70}`,
  () => `${1 + integer(9)}${digits(integer(30))}.${digits(1 + integer(30))}E-${integer(60)}`,
  () => `${integer(10)}.${digits(1 + integer(8))}e-${36 + integer(12)}`,
  () => `1${'0'.repeat(integer(330))}e-${integer(330)}`,
];

test(`agrees with fround(JSON.parse) on ${NUMBERS} numbers`, () => {
  const out = new Float32Array(BLOCK);
  const got = new Uint32Array(out.buffer);
  for (let done = 0; done < NUMBERS; done += BLOCK) {
    // Every other list is of one kind, since those of the usual form are read two at a time.
    const only = done % (2 * BLOCK) === 0 ? undefined : integer(KINDS.length);
    const texts: string[] = [];
    while (texts.length < BLOCK) {
      const kind = KINDS[only ?? integer(KINDS.length)] ?? midpoint;
      const text = `${integer(2) === 0 ? '-' : ''}${kind().replace(/^-/, '')}`;
      if (Number.isFinite(Math.fround(Number(text)))) texts.push(text);
    }
    const body = `[${texts.join([',', ', ', ',\n    ', ' ,\t'][integer(4)])}]`;
    const want = new Uint32Array(Float32Array.from(JSON.parse(body)).buffer);
    const { end, count } = scanFloats(Buffer.from(body), 1, out);
    const wrong = want.findIndex((pattern, index) => pattern !== got[index]);
    if (end !== body.length || count !== BLOCK || wrong >= 0)
      expect.fail(`number ${count} of ${end}: ${texts[wrong] ?? texts[count]}`);
  }
}, 300_000);
