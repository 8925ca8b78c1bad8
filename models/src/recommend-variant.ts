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

/** The fastest variant for the machine, with the reason to show. */
export function recommendVariant(machine: Machine): { readonly variant: Variant; readonly reason: string } {
  if (machine.hasNvidiaGpu) return { variant: 'fp16', reason: 'it has an NVIDIA GPU' };
  const found = DOT_PRODUCTS.find((name) => machine.instructions.has(name));
  if (found !== undefined) return { variant: 'int8', reason: `its processor has 8-bit dot products (${found})` };
  // All of Apple's have them; macOS does not list them as Linux does.
  if (machine.arch === 'arm64' && machine.instructions.size <= 1)
    return { variant: 'int8', reason: 'its processor has 8-bit dot products' };
  return { variant: 'fp32', reason: 'its processor has no 8-bit dot products' };
}
