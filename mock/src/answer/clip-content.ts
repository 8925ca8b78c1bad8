// Owns what an instance's content is, so that the same clip gets the same numbers in whatever form it comes: the samples of a
// sound, the text of an address, else the instance itself. Must not know an algorithm's name.
import { createHash } from 'node:crypto';
import { AudioError, decodeClip, type WantedClip } from '@predict-schemata/audio';
import { type InstanceFailure, instanceFailure, shown } from '../failure.ts';
import type { AcceptedInstance } from '../judge/judge-instance.ts';
import type { FieldValue } from '../judge/judge-value.ts';

/** Whatever the numbers of a prediction are made from: 32 bytes. */
export type ContentKey = Uint8Array;

export interface RemoteFile {
  readonly uri: string;
  /** The instance's other texts, a token for the file among them. */
  readonly texts: readonly string[];
}

export type ContentVerdict =
  | { readonly key: ContentKey; readonly remote?: RemoteFile }
  | { readonly failure: InstanceFailure };

/**
 * The SHA-256 of the content: the samples as little-endian 32-bit floats (-0 counts as 0), or the UTF-8 of the address. An
 * algorithm without a `clip` takes files as they are. Parameters that are not empty follow as JSON.
 */
export function contentOf(
  { variant, values }: AcceptedInstance,
  parameters: object,
  clip: WantedClip | undefined,
): ContentVerdict {
  const hash = createHash('sha256');
  const finish = (remote?: RemoteFile): ContentVerdict => {
    if (Object.keys(parameters).length > 0) hash.update(JSON.stringify(parameters));
    return { key: new Uint8Array(hash.digest()), ...(remote !== undefined && { remote }) };
  };
  const remote = remoteAddress({ variant, values });
  if (remote !== undefined) {
    const problem = objectNameProblem(remote);
    if (problem !== undefined) return { failure: instanceFailure('INVALID_VALUE', problem) };
    hash.update(remote);
    const texts = [...values.values()].filter((value) => typeof value === 'string' && value !== remote);
    return finish({ uri: remote, texts: texts.map(String) });
  }
  try {
    for (const [name, value] of values) {
      if (values.size > 1) hash.update(`${JSON.stringify(name)}:`);
      hash.update(bytesOf(value, clip));
    }
    return finish();
  } catch (error) {
    if (error instanceof AudioError) return { failure: instanceFailure(error.reason, error.message) };
    throw error;
  }
}

function bytesOf(value: FieldValue, clip: WantedClip | undefined): Uint8Array {
  if (value instanceof Float32Array) return littleEndian(value);
  if (value instanceof Uint8Array) return clip === undefined ? value : littleEndian(decodeClip(value, clip));
  return Buffer.from(JSON.stringify(value));
}

function littleEndian(samples: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(samples.length * 4));
  // Adding 0 turns -0 into 0, which an integer sample cannot tell apart.
  for (const [index, sample] of samples.entries()) bytes.setFloat32(index * 4, sample + 0, true);
  return new Uint8Array(bytes.buffer);
}

/** The address of a file, where the contract's pattern of a required field demands a `gs://` one. */
function remoteAddress({ variant, values }: AcceptedInstance): string | undefined {
  for (const name of variant.required) {
    const shape = variant.properties[name];
    const value = values.get(name);
    if (shape?.kind === 'string' && shape.pattern?.startsWith('^gs://') && typeof value === 'string') return value;
  }
  return undefined;
}

/** What Cloud Storage says of object names (cloud.google.com/storage/docs/objects#naming) beyond the contract's pattern. */
const MAX_OBJECT_BYTES = 1024;

function objectNameProblem(uri: string): string | undefined {
  const object = uri.slice(uri.indexOf('/', 'gs://'.length) + 1);
  if (object === '.' || object === '..') return `Expected an object's name in ${shown(uri)}, got ${object}`;
  if (/[\r\n]/.test(object) || !object.isWellFormed()) {
    return 'Expected the name of an object, got one with a line break or half of a surrogate pair';
  }
  const bytes = Buffer.byteLength(object);
  if (bytes <= MAX_OBJECT_BYTES) return undefined;
  return `Expected an object's name of at most ${MAX_OBJECT_BYTES} bytes in UTF-8, got ${bytes}`;
}
