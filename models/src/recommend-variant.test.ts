// Shows the advice for each kind of machine.
import { expect, test } from 'vitest';
import { describeMachine, recommendVariant } from './recommend-variant.ts';
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
])('$given.arch with $given.instructions: $want', ({ given, want }) => {
  const { variant, reason } = recommendVariant(given);
  expect(variant).toBe(want);
  expect(reason).not.toBe('');
});

test('the machine of the test gets one of the variants', () => {
  expect(VARIANTS).toContain(recommendVariant(describeMachine()).variant);
});
