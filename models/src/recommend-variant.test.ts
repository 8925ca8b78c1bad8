// Shows the advice for each kind of machine, GPUs with and without what they need among them.
import { ExecutionProviderError } from '@predict-schemata/execution-providers';
import { describe, expect, test } from 'vitest';
import { type Advice, describeMachine, recommendVariant, type Trials, toAdviceLines } from './recommend-variant.ts';
import { measureSpeedup } from './speed/peak.ts';
import { measureSlices } from './speed/slice.ts';
import { VARIANTS } from './vit/arithmetic.ts';

const machine = (arch: string, instructions: string, hasNvidiaGpu = false) => ({
  arch,
  instructions: new Set(instructions.split(' ')),
  hasNvidiaGpu,
});

/** A machine whose int8 is so many times as fast as float32, and whose GPU takes so long for a slice. */
const trials = ({ speedup = 4, gpuMs }: { speedup?: number; gpuMs?: Record<string, number> } = {}): Trials => ({
  speedup: async () => speedup,
  demandProvider: async (name) => {
    if (gpuMs === undefined)
      throw new ExecutionProviderError(`${name} cannot be loaded: missing are lib1.so, lib2.so.`);
  },
  slices: async (provider, kinds) => {
    expect(provider).toBe('cuda');
    return kinds.map(({ variant, form }) => gpuMs?.[`${variant} ${form}`] ?? Number.NaN);
  },
});

test.each([
  { given: machine('x64', 'fpu sse avx2 avx512f avx512_vnni'), want: 'int8' },
  { given: machine('x64', 'fpu sse avx2 avx_vnni'), want: 'int8' },
  { given: machine('x64', 'fpu sse avx2 avx512f'), want: 'fp32' },
  { given: machine('arm64', 'fp asimd asimddp'), want: 'int8' },
  { given: machine('arm64', 'fp asimd crc32'), want: 'fp32' },
  { given: machine('arm64', ''), want: 'int8' },
  { given: machine('x64', ''), want: 'fp32' },
])('$given.arch with $given.instructions: $want', async ({ given, want }) => {
  const { variant, form, executionProvider, reason, unusedGpu } = await recommendVariant(given, trials());
  expect({ variant, form, executionProvider, unusedGpu }).toEqual({
    variant: want,
    form: 'plain',
    executionProvider: 'cpu',
    unusedGpu: undefined,
  });
  expect(reason).not.toBe('');
});

test.each([
  { speedup: 1.5, want: 'int8' },
  { speedup: 1.4, want: 'fp32' },
])('int8 that is $speedup times as fast here: $want', async ({ speedup, want }) => {
  const advice = await recommendVariant(machine('x64', 'avx512_vnni'), trials({ speedup }));
  expect(advice).toEqual({
    variant: want,
    form: 'plain',
    executionProvider: 'cpu',
    reason: `an 8-bit product is ${speedup} times as fast here as one in float32`,
  });
});

describe('with an NVIDIA GPU', () => {
  const withGpu = machine('x64', 'avx512_vnni', true);

  test.each([
    {
      given: 'fp16 is worth it, fused',
      gpuMs: { 'fp16 fused': 0.1, 'fp16 plain': 0.2, 'fp32 fused': 0.5, 'fp32 plain': 0.4 },
      want: { variant: 'fp16', form: 'fused' },
    },
    {
      given: 'fp16 is worth it, plain',
      gpuMs: { 'fp16 fused': 0.2, 'fp16 plain': 0.1, 'fp32 fused': 0.5, 'fp32 plain': 0.4 },
      want: { variant: 'fp16', form: 'plain' },
    },
    {
      given: 'fp16 is hardly faster',
      gpuMs: { 'fp16 fused': 0.3, 'fp16 plain': 0.4, 'fp32 fused': 0.4, 'fp32 plain': 0.5 },
      want: { variant: 'fp32', form: 'fused' },
    },
  ])('$given', async ({ gpuMs, want }) => {
    const advice = await recommendVariant(withGpu, trials({ gpuMs }));
    expect(advice).toMatchObject({ ...want, executionProvider: 'cuda' });
    expect(advice.unusedGpu).toBeUndefined();
    for (const [kind, ms] of Object.entries(gpuMs)) expect(advice.reason).toContain(`${ms.toPrecision(3)} in ${kind}`);
  });

  test('that lacks its libraries, these are named, and the CPU is advised for', async () => {
    const advice = await recommendVariant(withGpu, trials());
    expect(advice).toMatchObject({ variant: 'int8', form: 'plain', executionProvider: 'cpu' });
    expect(advice.unusedGpu).toBe('cuda cannot be loaded: missing are lib1.so, lib2.so.');
  });

  test('that cannot compute a slice, the reason is told, and the CPU is advised for', async () => {
    const tooOld: Trials = {
      ...trials({ gpuMs: {} }),
      slices: async () => {
        throw new Error('no kernel image is available');
      },
    };
    const advice = await recommendVariant(withGpu, tooOld);
    expect(advice).toMatchObject({ variant: 'int8', executionProvider: 'cpu' });
    expect(advice.unusedGpu).toContain('no kernel image is available');
  });

  test('a failure that says nothing of the provider is none to hide', async () => {
    const broken: Trials = {
      ...trials(),
      demandProvider: async () => {
        throw new TypeError('a bug');
      },
    };
    await expect(recommendVariant(withGpu, broken)).rejects.toThrow('a bug');
  });
});

describe('in words', () => {
  const onGpu: Advice = { variant: 'fp16', form: 'fused', executionProvider: 'cuda', reason: 'it was measured' };
  const onCpu: Advice = { variant: 'int8', form: 'plain', executionProvider: 'cpu', reason: 'it was measured' };

  test.each([
    {
      given: 'another variant',
      own: { variant: 'fp32', form: 'plain' } as const,
      advice: onCpu,
      want: ['For this machine int8 plain is the better one: it was measured. Add --variant int8.'],
    },
    { given: 'the same', own: { variant: 'int8', form: 'plain' } as const, advice: onCpu, want: [] },
    {
      given: 'another form for a GPU',
      own: { variant: 'fp16', form: 'plain' } as const,
      advice: onGpu,
      want: [
        'For this machine fp16 fused is the better one: it was measured. Add --form fused.',
        'Its GPU computes with --execution-provider cuda beside --model.',
      ],
    },
    {
      given: 'a GPU that lacks something',
      own: { variant: 'int8', form: 'plain' } as const,
      advice: { ...onCpu, unusedGpu: 'cuda cannot be loaded.' },
      want: ['This machine has an NVIDIA GPU that cannot be used yet. cuda cannot be loaded.'],
    },
  ])('$given', ({ own, advice, want }) => {
    expect(toAdviceLines(own, advice)).toEqual(want);
  });
});

test('the machine of the test gets one of the variants, by a measurement', async () => {
  const { variant } = await recommendVariant(
    { ...describeMachine(), hasNvidiaGpu: false },
    {
      ...trials(),
      speedup: measureSpeedup,
    },
  );
  expect(VARIANTS).toContain(variant);
  expect(await measureSpeedup('int8')).toBeGreaterThan(0);
});

test('slices of the transformer are measured in every kind that a GPU may have, here on the CPU', {
  timeout: 120_000,
}, async () => {
  const kinds = [
    { variant: 'fp32', form: 'plain' },
    { variant: 'fp16', form: 'fused' },
  ] as const;
  const times = await measureSlices('cpu', kinds);
  expect(times).toHaveLength(kinds.length);
  for (const ms of times) expect(ms).toBeGreaterThan(0);
});
