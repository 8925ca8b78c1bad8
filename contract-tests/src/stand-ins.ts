// Owns what a case file writes in place of long data: sounds, lists of numbers, repetitions. A stand-in is an object whose
// first key begins with `$`. The same stand-in always gives the same bytes. Must not know what is expected of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Floats, Generator } from './case-file.ts';
import { repositoryRoot } from './repository-root.ts';
import { type WavFacts, wavFile } from './wav-file.ts';

/** Changes to a file's bytes, made in this order. */
interface Edits {
  /** Keeps this many bytes. */
  readonly truncate?: number;
  readonly patch?: readonly { readonly at: number; readonly hex: string }[];
  /** Adds this many zero bytes. */
  readonly append?: number;
  /** `standard` by default; the others are mistakes that clients make. */
  readonly encoding?: 'standard' | 'unpadded' | 'url' | 'lines';
}

type StandIn =
  | ({ readonly $fixture: string } & Edits)
  | ({ readonly $wav: WavFacts } & Edits)
  /** The bytes of a Latin-1 text. */
  | ({ readonly $bytes: string } & Edits)
  /** A list of this many numbers between -1 and 1; with `rows` as a list of that many lists. */
  | { readonly $samples: number; readonly rows?: number }
  /** A text many times over. */
  | { readonly $text: string; readonly times: number }
  /** A list that holds one value many times. */
  | { readonly $list: unknown; readonly times: number };

/** Replaces every stand-in in a JSON value. Sounds become base64. */
export function fillIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fillIn);
  if (typeof value !== 'object' || value === null) return value;
  if (!Object.keys(value).some((key) => key.startsWith('$'))) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fillIn(member)]));
  }
  // The schema of case files admits no other keys with a dollar sign.
  const standIn = value as StandIn;
  if ('$samples' in standIn) {
    const { $samples, rows } = standIn;
    const samples = Array.from({ length: $samples }, (_, index) => sample(index));
    return rows === undefined
      ? samples
      : Array.from({ length: rows }, (_, row) => samples.slice((row * $samples) / rows, ((row + 1) * $samples) / rows));
  }
  if ('$text' in standIn) return standIn.$text.repeat(standIn.times);
  if ('$list' in standIn) return Array.from({ length: standIn.times }, () => fillIn(standIn.$list));
  return encode(edited(bytesOf(standIn), standIn), standIn.encoding);
}

/** The bytes of a stand-in for a sound. */
export function fileBytes(standIn: unknown): Buffer {
  return Buffer.from(String(fillIn(standIn)), 'base64');
}

/** The text that a generator stands for. */
export function generateText(generator: Generator): string {
  if ('repeat' in generator) return generator.repeat.repeat(generator.times);
  if ('value' in generator) return JSON.stringify(fillIn(generator.value));
  const { replace = {} } = generator;
  return Array.from({ length: generator.numbers }, (_, index) => replace[index] ?? String(sample(index))).join(',');
}

/** The numbers of `$samples` as 32-bit little-endian floats. */
export function floatBytes({ count, replace = {}, cutBytes = 0 }: Floats): Buffer {
  const bytes = Buffer.alloc(count * 4);
  for (let index = 0; index < count; index += 1) bytes.writeFloatLE(sample(index), index * 4);
  for (const [index, hex] of Object.entries(replace)) Buffer.from(hex, 'hex').copy(bytes, Number(index) * 4);
  return bytes.subarray(0, bytes.length - cutBytes);
}

/** Four decimals keep the bodies short; the exact shape of the sound does not matter. */
function sample(index: number): number {
  return Math.round(Math.sin(index * 0.05) * 5000) / 10_000;
}

function bytesOf(standIn: Exclude<StandIn, { $samples: number } | { $text: string } | { $list: unknown }>): Buffer {
  if ('$fixture' in standIn) return readFileSync(join(repositoryRoot, 'fixtures', standIn.$fixture));
  if ('$wav' in standIn) return wavFile(standIn.$wav);
  return Buffer.from(standIn.$bytes, 'latin1');
}

function edited(file: Buffer, { truncate = file.length, patch = [], append = 0 }: Edits): Buffer {
  const bytes = Buffer.concat([file.subarray(0, truncate), Buffer.alloc(append)]);
  for (const { at, hex } of patch) Buffer.from(hex, 'hex').copy(bytes, at);
  return bytes;
}

function encode(bytes: Buffer, encoding: Edits['encoding'] = 'standard'): string {
  const text = bytes.toString('base64');
  if (encoding === 'unpadded') return text.replace(/=+$/, '');
  if (encoding === 'url') return text.replaceAll('+', '-').replaceAll('/', '_');
  // RFC 2045, section 6.8: lines of 76 characters, as Python's base64.encodebytes and the base64 command write them.
  return encoding === 'lines' ? text.replace(/(.{76})/g, '$1\n') : text;
}
