import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { algorithms } from '../algorithms/index.ts';
import { ClientClosedError, RequestError } from '../errors.ts';
import { isLent, takeBytes } from '../recycled-memory.ts';
import { createDecoder } from './decoder.ts';

const LIMITS = { maxInstances: 8 };
/** Longer than the whole file takes. */
const WAITING = { signal: new AbortController().signal, deadlineAtMs: performance.now() + 3_600_000 };
const { hear: algorithm } = algorithms;
const decoder = createDecoder(1);
afterAll(() => decoder.close());

const wav = await readFile('fixtures/hear/tone-4khz-u8.wav');
const small = { input_bytes: wav.toString('base64') };
const bodyOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
/** White space counts as bytes and changes nothing, so the same call can be made small or large. */
const padded = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value)}${' '.repeat(1_200_000)}`);

/** Silence in a WAV file of one channel. */
function wavBytes(frameCount: number, sampleRateHz: number, sampleBytes: 1 | 2): Buffer {
  const bytes = Buffer.alloc(44 + frameCount * sampleBytes);
  bytes.write('RIFF', 0);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt16LE(sampleBytes, 32);
  bytes.writeUInt16LE(8 * sampleBytes, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(frameCount * sampleBytes, 40);
  return bytes;
}

const HERE = { inline: 1, inWorkers: 0 };
const THERE = { inline: 0, inWorkers: 1 };
const LIMITS_OF_16 = { maxInstances: 16 };
const file = { input_bytes: wavBytes(32_000, 16_000, 2).toString('base64') };
/** A clip as numbers with so many digits. */
const list = (digits: number) => ({
  input_array: Array.from({ length: 32_000 }, () => Number(`0.${'5'.repeat(digits)}`)),
});

describe('decodeBody', () => {
  test('gives the same in a worker as on the calling thread', async () => {
    const call = {
      instances: [small, {}, { gcs_uri: 'gs://bucket/clip.wav' }, { input_bytes: 'AAAA' }],
      parameters: null,
    };
    const inline = await decoder.decodeBody(bodyOf(call), algorithm, LIMITS, WAITING);
    const moved = await decoder.decodeBody(padded(call), algorithm, LIMITS, WAITING);
    expect(moved).toEqual(inline);
    expect(inline.instances[0]).toBeInstanceOf(Float32Array);
    expect(inline.instances.slice(1)).toMatchObject([
      { reason: 'NO_INPUT' },
      { remote: { gcsUri: 'gs://bucket/clip.wav' } },
      { reason: 'INVALID_AUDIO' },
    ]);
  });

  test.each([
    ['on the calling thread', bodyOf({ instances: [] })],
    ['in a worker', padded({ instances: [] })],
  ])('refuses a malformed envelope %s with the same facts', async (_where, body) => {
    const refusal = decoder.decodeBody(body, algorithm, LIMITS, WAITING);
    await expect(refusal).rejects.toBeInstanceOf(RequestError);
    await expect(refusal).rejects.toMatchObject({
      reason: 'EMPTY_INSTANCES',
      facts: { fieldViolations: [{ field: 'instances' }] },
    });
  });

  test('answers calls that wait for a worker in the order in which they came', async () => {
    const answered: number[] = [];
    const calls = Array.from({ length: 12 }, (_, index) => index);
    await Promise.all(
      calls.map(async (call) => {
        await decoder.decodeBody(padded({ instances: [small] }), algorithm, LIMITS, WAITING);
        answered.push(call);
      }),
    );
    expect(answered).toEqual(calls);
  });

  test('gives up what nobody waits for any more, at once and with its memory', async () => {
    const counted = createDecoder(1);
    const decode = (waiting: typeof WAITING, bytes = padded({ instances: [small] })) =>
      counted.decodeBody(bytes, algorithm, LIMITS, waiting);
    try {
      const ended: string[] = [];
      const gone = new AbortController();
      const wanted = Array.from({ length: 3 }, () => decode(WAITING).finally(() => ended.push('wanted')));
      const body = padded({ instances: [small] });
      const lent = takeBytes(body.byteLength);
      lent.set(body);
      const left = decode({ ...WAITING, signal: gone.signal }, lent).finally(() => ended.push('left'));
      const past = decode({ ...WAITING, deadlineAtMs: performance.now() }).finally(() => ended.push('past'));
      const late = decode({ ...WAITING, deadlineAtMs: performance.now() + 1 }).finally(() => ended.push('late'));
      gone.abort();
      expect(await Promise.allSettled([left, past, late])).toMatchObject([
        { reason: expect.any(ClientClosedError) },
        { reason: { reason: 'DEADLINE_EXCEEDED' } },
        { reason: { reason: 'DEADLINE_EXCEEDED' } },
      ]);
      expect(isLent(lent)).toBe(false);
      // Starting the thread alone takes far longer than the millisecond that the last of them had.
      expect(ended.toSorted()).toEqual(['late', 'left', 'past']);
      expect(await Promise.all([...wanted, decode(WAITING)])).toHaveLength(4);
      expect(counted.counts()).toEqual({ inline: 0, inWorkers: 4 });
    } finally {
      await counted.close();
    }
  });

  test.each([
    { name: 'some sounds in base64', clips: [file, file], want: HERE },
    { name: 'many sounds in base64', clips: Array(15).fill(file), want: THERE },
    { name: 'a list of numbers', clips: [list(16)], want: HERE },
    { name: 'lists of numbers that take long', clips: [list(12), list(12)], want: THERE },
  ])('reads $name: $want', async ({ clips, want }) => {
    const counted = createDecoder(1);
    try {
      const { instances } = await counted.decodeBody(bodyOf({ instances: clips }), algorithm, LIMITS_OF_16, WAITING);
      expect(instances.map((row) => row instanceof Float32Array)).toEqual(clips.map(() => true));
      expect(counted.counts()).toEqual(want);
    } finally {
      await counted.close();
    }
  });

  test('leaves a larger body that has many parts to a worker', async () => {
    const counted = createDecoder(1);
    try {
      const unknown = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, index]));
      const { instances } = await counted.decodeBody(bodyOf({ instances: [unknown] }), algorithm, LIMITS, WAITING);
      expect(instances).toMatchObject([{ reason: 'NO_INPUT' }]);
      expect(counted.counts()).toEqual({ inline: 0, inWorkers: 1 });
    } finally {
      await counted.close();
    }
  });

  test('leaves a wrapper that has many parts to a worker, too', async () => {
    const counted = createDecoder(1);
    try {
      const unknown = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, index]));
      const data = Buffer.from(bodyOf({ instances: [{}] })).toString('base64');
      const limits = { ...LIMITS, mayBeWrapped: true };
      const { wrapped } = await counted.decodeBody(bodyOf({ httpBody: { data, unknown } }), algorithm, limits, WAITING);
      expect(wrapped).toBe(true);
      expect(counted.counts()).toEqual({ inline: 0, inWorkers: 1 });
    } finally {
      await counted.close();
    }
  });

  test('leaves memory that others use where it is', async () => {
    const shared = new Uint8Array(1_300_000);
    const text = padded({ instances: [small] });
    shared.set(text, 10);
    await decoder.decodeBody(shared.subarray(10, 10 + text.length), algorithm, LIMITS, WAITING);
    expect(shared.byteLength).toBe(1_300_000);
  });

  test('moves a body that has its memory to itself', async () => {
    const body = padded({ instances: [small] });
    await decoder.decodeBody(body, algorithm, LIMITS, WAITING);
    expect(body.byteLength).toBe(0);
  });
});

describe('work is done on the calling thread only when there is little of it', () => {
  const usual = wavBytes(32_000, 16_000, 2);
  test.each([
    { name: 'a clip that needs no resampling', clip: usual, want: { inline: 1, inWorkers: 0 } },
    { name: 'a clip to resample', clip: wavBytes(16_000, 8_000, 1), want: { inline: 0, inWorkers: 1 } },
    { name: 'a clip of prime length', clip: wavBytes(71_999, 36_000, 1), want: { inline: 0, inWorkers: 1 } },
    {
      name: 'a clip that is refused by its header',
      clip: wavBytes(8_009, 4_004, 1),
      want: { inline: 1, inWorkers: 0 },
    },
  ])('$name', async ({ clip, want }) => {
    const counted = createDecoder(1);
    try {
      await counted.decodeBody(
        bodyOf({ instances: [{ input_bytes: clip.toString('base64') }] }),
        algorithm,
        LIMITS,
        WAITING,
      );
      expect(counted.counts()).toEqual(want);
      await counted.decodeFile(new Uint8Array(clip), algorithm, {}, WAITING);
      expect(counted.counts()).toEqual({ inline: 2 * want.inline, inWorkers: 2 * want.inWorkers });
    } finally {
      await counted.close();
    }
  });
});

test('decodeFile follows the rules of inline files', async () => {
  expect(await decoder.decodeFile(new Uint8Array(wav), algorithm, {}, WAITING)).toHaveLength(
    algorithm.model.inputLength,
  );
  expect(await decoder.decodeFile(new Uint8Array(4), algorithm, {}, WAITING)).toMatchObject({
    reason: 'INVALID_AUDIO',
  });
  expect(await decoder.decodeFile(new Uint8Array(200_000), algorithm, {}, WAITING)).toMatchObject({
    reason: 'INVALID_AUDIO',
  });
});

describe('decodeTensors', () => {
  const { inputName, inputLength } = algorithm.model;
  const limits = { maxInstances: 64 };

  /** Rows that differ from each other, behind their JSON. */
  const bodyOfRows = (count: number) => {
    const shape = [count, inputLength];
    const parameters = { binary_data_size: count * inputLength * 4 };
    const inputs = [{ name: inputName, shape, datatype: 'FP32', parameters }];
    const head = Buffer.from(JSON.stringify({ id: 'a', inputs }));
    const numbers = Float32Array.from({ length: count * inputLength }, (_, index) => Math.floor(index / inputLength));
    return { bytes: new Uint8Array(Buffer.concat([head, new Uint8Array(numbers.buffer)])), head: head.length };
  };

  test.each([
    { rows: 1, want: { inline: 1, inWorkers: 0 } },
    { rows: 40, want: { inline: 0, inWorkers: 1 } },
  ])('reads $rows raw rows: $want', async ({ rows, want }) => {
    const counted = createDecoder(1);
    try {
      const { bytes, head } = bodyOfRows(rows);
      const { id, instances } = await counted.decodeTensors(bytes, head, algorithm, limits, WAITING);
      expect([id, instances.map((row) => [row.length, row[0], row.at(-1)])]).toEqual([
        'a',
        Array.from({ length: rows }, (_, row) => [inputLength, row, row]),
      ]);
      expect(counted.counts()).toEqual(want);
    } finally {
      await counted.close();
    }
  });

  test('reads a long list of numbers in a worker, each row with memory of its own', async () => {
    const data = Array.from({ length: 2 * inputLength }, (_, index) => index);
    const inputs = [{ name: inputName, shape: [2, inputLength], datatype: 'FP32', data }];
    const { instances } = await decoder.decodeTensors(bodyOf({ inputs }), undefined, algorithm, limits, WAITING);
    expect(instances.map((row) => [row[0], row.byteLength === row.buffer.byteLength])).toEqual([
      [0, true],
      [inputLength, true],
    ]);
  });

  test('refuses in a worker with the same facts as on the calling thread', async () => {
    const short = bodyOf({ inputs: [{ name: 'other' }] });
    const long = padded({ inputs: [{ name: 'other' }] });
    const refusals = await Promise.all(
      [short, long].map((bytes) =>
        decoder.decodeTensors(bytes, undefined, algorithm, limits, WAITING).catch((error: unknown) => error),
      ),
    );
    expect(refusals[0]).toBeInstanceOf(RequestError);
    expect(refusals[1]).toEqual(refusals[0]);
  });
});

describe('decodeForm', () => {
  const limits = { contentType: 'multipart/form-data; boundary=end', maxFiles: 4 };
  const sound = wavBytes(32_000, 16_000, 2);
  const part = (content: Uint8Array, facts = '; filename="a.wav"') => [
    Buffer.from(`--end\r\nContent-Disposition: form-data; name="files"${facts}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ];
  const formOf = (...parts: Buffer[][]) =>
    Uint8Array.from(Buffer.concat([...parts.flat(), Buffer.from('--end--\r\n')]));
  /** A file of so many bytes that is none; what it holds looks like the end of a part, over and over. */
  const filler = (bytes: number) => part(Buffer.alloc(bytes, '\r\n--')) as Buffer[];

  test.each([
    { name: 'small', more: 100, want: HERE },
    { name: 'large, in which the ends of its parts are long looked for', more: 2_000_000, want: THERE },
  ])('reads a form that is $name: $want', async ({ more, want }) => {
    const counted = createDecoder(1);
    try {
      const parts = [part(sound), part(Buffer.from('text'), ''), filler(more), part(sound)] as Buffer[][];
      const { instances } = await counted.decodeForm(formOf(...parts), limits, algorithm, {}, WAITING);
      expect(instances[0]).toEqual(new Float32Array(32_000));
      expect(instances[3]).toEqual(instances[0]);
      expect(instances.slice(1, 3)).toMatchObject([{ reason: 'INVALID_AUDIO' }, { reason: 'INVALID_AUDIO' }]);
      expect(counted.counts()).toEqual(want);
    } finally {
      await counted.close();
    }
  });

  test('decodes the files of a small form in a worker when that takes long', async () => {
    const counted = createDecoder(1);
    try {
      // A prime number of frames.
      const dear = Buffer.from(wavBytes(15_991, 8_000, 1));
      const { instances } = await counted.decodeForm(
        formOf(part(wav) as Buffer[], part(dear) as Buffer[]),
        limits,
        algorithm,
        {},
        WAITING,
      );
      expect(instances[0]).toBeInstanceOf(Float32Array);
      expect(counted.counts()).toEqual(THERE);
    } finally {
      await counted.close();
    }
  });

  test('refuses in a worker with the same facts as on the calling thread', async () => {
    const tooMany = (bytes: number) => formOf(...Array.from({ length: 5 }, () => filler(bytes)));
    const refusals = await Promise.all(
      [10, 500_000].map((bytes) =>
        decoder.decodeForm(tooMany(bytes), limits, algorithm, {}, WAITING).catch((error: unknown) => error),
      ),
    );
    expect(refusals[0]).toMatchObject({ reason: 'TOO_MANY_INSTANCES' });
    expect(refusals[1]).toEqual(refusals[0]);
  });
});
