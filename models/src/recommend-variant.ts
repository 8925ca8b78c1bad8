// Owns the advice which variant and form of a model suit a machine, and what should compute it. Must not know any model, nor how a
// figure is measured.
import { existsSync, readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { CPU, ExecutionProviderError } from '@predict-schemata/execution-providers';
import { figure } from './speed/figures.ts';
import type { Variant } from './vit/arithmetic.ts';
import type { Kind } from './vit/form.ts';

export interface Machine {
  /** As `os.arch()` names it. */
  readonly arch: string;
  /** Names of the processor's instruction sets as Linux lists them; empty where that is not known. */
  readonly instructions: ReadonlySet<string>;
  readonly hasNvidiaGpu: boolean;
}

/** What is tried on the machine for an advice. */
export interface Trials {
  /** How many times as fast as in float32 one product is on the CPU in the arithmetic of a variant. */
  readonly speedup: (variant: Variant) => Promise<number>;
  /** Rejects with an ExecutionProviderError, which says what is missing, when a provider does not work here. */
  readonly demandProvider: (name: string) => Promise<void>;
  /** Milliseconds for a clip's slice of the transformer on a provider, one for each kind. */
  readonly slices: (executionProvider: string, kinds: readonly Kind[]) => Promise<readonly number[]>;
}

export interface Advice extends Kind {
  readonly executionProvider: string;
  /** Why, as the end of a sentence. */
  readonly reason: string;
  /** What keeps a GPU from being used, with what to do, where there is one. */
  readonly unusedGpu?: string;
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

const GPU_PROVIDER = 'cuda';

/** What a GPU may have to compute. int8 is for CPUs. */
const GPU_KINDS: readonly Kind[] = [
  { variant: 'fp16', form: 'fused' },
  { variant: 'fp16', form: 'plain' },
  { variant: 'fp32', form: 'fused' },
  { variant: 'fp32', form: 'plain' },
];

/** The fastest kind of model for the machine, by what was measured on it, with the figures to show. */
export async function recommendVariant(machine: Machine, trials: Trials): Promise<Advice> {
  if (!machine.hasNvidiaGpu) return adviseForCpu(machine, trials);
  try {
    await trials.demandProvider(GPU_PROVIDER);
  } catch (error) {
    if (!(error instanceof ExecutionProviderError)) throw error;
    return { ...(await adviseForCpu(machine, trials)), unusedGpu: error.message };
  }
  const times = await trials.slices(GPU_PROVIDER, GPU_KINDS).catch((error: unknown) => String(error));
  if (typeof times !== 'string') return adviseForGpu(times);
  // A GPU that is too old or too full is no reason to fail: the model that was asked for is there.
  const unusedGpu = `Two layers of the transformer could not be computed on it: ${times}`;
  return { ...(await adviseForCpu(machine, trials)), unusedGpu };
}

function adviseForGpu(times: readonly number[]): Advice {
  const measured = GPU_KINDS.map((kind, index) => ({ ...kind, ms: times[index] ?? Number.POSITIVE_INFINITY }));
  const fastest = (variant: Variant) =>
    measured.filter((kind) => kind.variant === variant).toSorted((a, b) => a.ms - b.ms)[0];
  const [half, single] = [fastest('fp16'), fastest('fp32')];
  if (half === undefined || single === undefined) throw new Error('This is a bug: a variant was not measured.');
  const { variant, form } = single.ms >= half.ms * WORTHWHILE_SPEEDUP ? half : single;
  const figures = measured.map((kind) => `${figure(kind.ms)} in ${kind.variant} ${kind.form}`).join(', ');
  return {
    variant,
    form,
    executionProvider: GPU_PROVIDER,
    reason: `two layers take its GPU, in ms a clip, ${figures}`,
  };
}

/**
 * The processor's instructions are looked at beside the measurement: without 8-bit dot products the sums of int8 may overflow, however
 * fast they are. float16 is not timed: it is for GPUs. The form is plain, which is the faster one on every CPU that was measured.
 */
async function adviseForCpu(machine: Machine, { speedup }: Trials): Promise<Advice> {
  const onCpu = { form: 'plain', executionProvider: CPU } as const;
  if (!hasDotProducts(machine)) return { ...onCpu, variant: 'fp32', reason: 'its processor has no 8-bit dot products' };
  const times = await speedup('int8');
  const reason = `an 8-bit product is ${times.toFixed(1)} times as fast here as one in float32`;
  return { ...onCpu, variant: times >= WORTHWHILE_SPEEDUP ? 'int8' : 'fp32', reason };
}

/** Lines for the person who imported a model of one kind: what would be better here, if anything, and how to serve it on a GPU. */
export function toAdviceLines(own: Kind, { variant, form, executionProvider, reason, unusedGpu }: Advice): string[] {
  const flags = [
    ...(own.variant === variant ? [] : [`--variant ${variant}`]),
    ...(own.form === form ? [] : [`--form ${form}`]),
  ];
  return [
    ...(unusedGpu === undefined ? [] : [`This machine has an NVIDIA GPU that cannot be used yet. ${unusedGpu}`]),
    ...(flags.length === 0
      ? []
      : [`For this machine ${variant} ${form} is the better one: ${reason}. Add ${flags.join(' ')}.`]),
    ...(executionProvider === CPU
      ? []
      : [`Its GPU computes with --execution-provider ${executionProvider} beside --model.`]),
  ];
}

function hasDotProducts({ arch, instructions }: Machine): boolean {
  if (DOT_PRODUCTS.some((name) => instructions.has(name))) return true;
  // All of Apple's have them; macOS does not list them as Linux does.
  return arch === 'arm64' && instructions.size <= 1;
}
