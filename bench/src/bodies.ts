// Owns the bodies that the load generator sends. Must not know to whom.
import { clipFile, clipSamples } from './sound.ts';

export const BODY_KINDS = ['input_bytes', 'input_array'] as const;
export type BodyKind = (typeof BODY_KINDS)[number];

export interface BodyChoice {
  readonly kind: BodyKind;
  readonly instances: number;
}

/** A predict body as JSON. The numbers of an array have all digits of the 16-bit grid, as sound read from a file has. */
export function predictBody({ kind, instances }: BodyChoice): Buffer {
  const instance =
    kind === 'input_bytes'
      ? { input_bytes: clipFile().toString('base64') }
      : { input_array: Array.from(clipSamples()) };
  return Buffer.from(JSON.stringify({ instances: Array.from({ length: instances }, () => instance) }));
}
