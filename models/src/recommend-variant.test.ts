// Shows the advice for each kind of machine.
import { expect, test } from 'vitest';
import { describeMachine, recommendVariant } from './recommend-variant.ts';
import { measureSpeedup } from './speed/peak.ts';
import { VARIANTS } from './vit/arithmetic.ts';

const machine = (arch: string, instructions: string, hasNvidiaGpu = false) => ({
  arch,
  instructions: new Set(instructions.split(' ')),
  hasNvidiaGpu,
});

test.each([
  { given: machine('x64', 'fpu sse avx2 avx512f avx512_vnni'), want: 'int8' },
  { given: machine('x64', 'fpu sse avx2 avx_vnni'), want: 'int8' },
  { given: machine('x64', 'fpu sse avx2 avx512f'), want: 'fp32' },
  { given: machine('arm64', 'fp asimd asimddp'), want: 'int8' },
  { given: machine('arm64', 'fp asimd crc32'), want: 'fp32' },
  { given: machine('arm64', ''), want: 'int8' },
  { given: machine('x64', ''), want: 'fp32' },
  { given: machine('x64', 'fpu avx512_vnni', true), want: 'fp16' },
])('$given.arch with $given.instructions: $want', async ({ given, want }) => {
  const { variant, reason } = await recommendVariant(given, async () => 4);
  expect(variant).toBe(want);
  expect(reason).not.toBe('');
});

test.each([
  { speedup: 1.5, want: 'int8' },
  { speedup: 1.4, want: 'fp32' },
])('int8 that is $speedup times as fast here: $want', async ({ speedup, want }) => {
  const advice = await recommendVariant(machine('x64', 'avx512_vnni'), async () => speedup);
  expect(advice).toEqual({
    variant: want,
    reason: `an 8-bit product is ${speedup} times as fast here as one in float32`,
  });
});

test('the machine of the test gets one of the variants, by a measurement', async () => {
  expect(VARIANTS).toContain((await recommendVariant(describeMachine(), measureSpeedup)).variant);
  expect(await measureSpeedup('int8')).toBeGreaterThan(0);
});
