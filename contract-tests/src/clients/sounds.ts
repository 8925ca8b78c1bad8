// Owns the sounds of the cases: what a driver is given, and the instance that means the same. Must not know a server.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import type { DriverSound } from './driver-protocol.ts';

/** A sound as a case names it. */
export type SoundSpec =
  | { readonly fixture: string; readonly name?: string }
  | {
      readonly noise: number;
      readonly as: 'int16' | 'float32' | 'float64' | 'coarse-float32';
      readonly samples?: number;
    }
  | { readonly uri: string; readonly token?: string };

export interface MadeSound {
  readonly driver: DriverSound;
  readonly instance: object;
}

/** The names of an algorithm's fields, from generated/client-view/facts.json. */
export interface InstanceFields {
  readonly sampleCount: number;
  readonly fileField: string;
  readonly samplesField: string;
  readonly uriField: string;
  readonly uriTokenField: string;
}

const BYTES = { int16: 2, float32: 4, 'coarse-float32': 4, float64: 8 } as const;

/** Writes what a driver must read into `folder`. */
export async function makeSound(spec: SoundSpec, fields: InstanceFields, folder: string): Promise<MadeSound> {
  if ('uri' in spec) {
    const token = spec.token === undefined ? {} : { token: spec.token };
    const own = spec.token === undefined ? {} : { [fields.uriTokenField]: spec.token };
    return { driver: { uri: spec.uri, ...token }, instance: { [fields.uriField]: spec.uri, ...own } };
  }
  if ('fixture' in spec) {
    const bytes = await readFile(join(repositoryRoot, 'fixtures', spec.fixture));
    const file = join(folder, spec.name ?? spec.fixture.replaceAll('/', '-'));
    await writeFile(file, bytes);
    return { driver: { file }, instance: { [fields.fileField]: bytes.toString('base64') } };
  }
  const { noise, as, samples = fields.sampleCount } = spec;
  const raw = Buffer.alloc(samples * BYTES[as]);
  const values = Array.from({ length: samples }, (_, index) => {
    // Evenly spread, the same on every machine, between -1 and 1.
    const share = ((index + 1) * (0.618_033_988_749_895 + noise / 1000)) % 1;
    const integer = Math.floor(share * 65_536) - 32_768;
    if (as === 'int16') raw.writeInt16LE(integer, index * 2);
    else if (as === 'coarse-float32') raw.writeFloatLE(integer / 32_768, index * 4);
    else if (as === 'float32') raw.writeFloatLE(Math.fround(share - 0.5), index * 4);
    else raw.writeDoubleLE(share - 0.5, index * 8);
    return as === 'int16' || as === 'coarse-float32' ? integer / 32_768 : Math.fround(share - 0.5);
  });
  const path = join(folder, `noise-${noise}-${samples}.${as}`);
  await writeFile(path, raw);
  const kind = as === 'coarse-float32' ? 'float32' : as;
  // The reference is the list of the samples, so that what a client encodes is proven to lose nothing.
  return { driver: { [kind]: path }, instance: { [fields.samplesField]: values } };
}
