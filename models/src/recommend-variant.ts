// Owns the advice which variant of a model suits a machine. Must not know any model.
import { existsSync, readFileSync } from 'node:fs';
import { arch } from 'node:os';
import type { Variant } from './vit/arithmetic.ts';

export interface Machine {
  /** As `os.arch()` names it. */
  readonly arch: string;
  /** Names of the processor's instruction sets as Linux lists them; empty where that is not known. */
  readonly instructions: ReadonlySet<string>;
  readonly hasNvidiaGpu: boolean;
}

/** Sets with 8-bit dot products. Without them 8-bit products are slower, and their 16-bit sums may overflow. */
const DOT_PRODUCTS = ['avx512_vnni', 'avx_vnni', 'asimddp', 'i8mm'];

/** The machine that this process runs on. */
export function describeMachine(): Machine {
  const processors = '/proc/cpuinfo';
  const text = existsSync(processors) ? readFileSync(processors, 'utf8') : '';
  const [, list = ''] = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(text) ?? [];
  return {
    arch: arch(),
    instructions: new Set(list.split(' ')),
    hasNvidiaGpu: existsSync('/proc/driver/nvidia/version'),
  };
}

/** From here on a variant's loss of accuracy may be worth its speed. */
const WORTHWHILE_SPEEDUP = 1.5;

/**
 * The fastest variant for the machine, with the reason to show. `measure` times one product of a variant against float32. The
 * processor's instructions are looked at all the same: without 8-bit dot products the sums of int8 may overflow, however fast they are.
 * float16 is not timed: it is for GPUs, and this process computes on the CPU.
 */
export async function recommendVariant(
  machine: Machine,
  measure: (variant: Variant) => Promise<number>,
): Promise<{ readonly variant: Variant; readonly reason: string }> {
  if (machine.hasNvidiaGpu) return { variant: 'fp16', reason: 'it has an NVIDIA GPU' };
  if (!hasDotProducts(machine)) return { variant: 'fp32', reason: 'its processor has no 8-bit dot products' };
  const speedup = await measure('int8');
  const reason = `an 8-bit product is ${speedup.toFixed(1)} times as fast here as one in float32`;
  return { variant: speedup >= WORTHWHILE_SPEEDUP ? 'int8' : 'fp32', reason };
}

function hasDotProducts({ arch, instructions }: Machine): boolean {
  if (DOT_PRODUCTS.some((name) => instructions.has(name))) return true;
  // All of Apple's have them; macOS does not list them as Linux does.
  return arch === 'arm64' && instructions.size <= 1;
}
