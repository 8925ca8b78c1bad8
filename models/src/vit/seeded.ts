// Owns seeded weights for a vision transformer of any shape, spread so that every part of it moves the result. Must not know files.
import { normalGenerator } from '../seeded-random.ts';
import type { VitTensor } from './tensors.ts';

/** Gain of a linear layer: that of normal numbers of 0.02, the usual start of training, at 1024 inputs. */
const LINEAR_GAIN = 0.64;
const NORM_SPREAD = 0.1;
const BIAS_SPREAD = 0.02;
const TOKEN_SPREAD = 0.1;

/** Normal numbers for one tensor; each tensor has its own numbers, whatever stands before it. */
export function seededValues({ name, shape }: VitTensor, seed: number): Float32Array {
  const normal = normalGenerator(seed ^ hash(name));
  const { mean, spread } = distributionOf(name, shape);
  const count = shape.reduce((product, dim) => product * dim, 1);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 1) values[i] = mean + spread * normal();
  return values;
}

function distributionOf(name: string, shape: readonly number[]): { mean: number; spread: number } {
  if (name.includes('layernorm')) return { mean: name.endsWith('.weight') ? 1 : 0, spread: NORM_SPREAD };
  if (name.endsWith('.bias')) return { mean: 0, spread: BIAS_SPREAD };
  if (!name.endsWith('.weight')) return { mean: 0, spread: TOKEN_SPREAD };
  const inputs = shape.slice(1).reduce((product, dim) => product * dim, 1);
  return { mean: 0, spread: LINEAR_GAIN / Math.sqrt(inputs) };
}

/** FNV-1a over the name's characters. */
function hash(name: string): number {
  let value = 0x811c9dc5;
  for (const character of name) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
  return value;
}
