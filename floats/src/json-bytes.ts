// Owns the bytes of a JSON text in which typed arrays of floats stand as lists of numbers. Must not know what the text says.
import { writeFloats } from './write-floats.ts';

/** `T` as it may be handed to `jsonBytes`: wherever it has a list of numbers, a Float32Array is as good. */
export type FloatRows<T> = T extends readonly number[]
  ? T | Float32Array
  : T extends object
    ? { [K in keyof T]: FloatRows<T[K]> }
    : T;

/**
 * The UTF-8 bytes of `JSON.stringify(value)`, with each Float32Array in it as the list of its numbers in their shortest texts.
 * Throws RangeError at a Float32Array that holds NaN or an infinity, TypeError where JSON.stringify would, and for a value
 * that has no JSON text, such as undefined.
 */
export function jsonBytes(value: unknown): Buffer {
  const pieces = new Pieces();
  if (!append(pieces, value)) throw new TypeError(`Expected a value with a JSON text, got ${typeof value}.`);
  return pieces.join();
}

/** Texts are gathered as one string between two lists of floats, so that few pieces are joined. */
class Pieces {
  readonly #parts: (string | Buffer)[] = [];
  #text = '';

  text(text: string): void {
    this.#text += text;
  }

  bytes(bytes: Buffer): void {
    this.#parts.push(this.#text, bytes);
    this.#text = '';
  }

  join(): Buffer {
    const parts = [...this.#parts, this.#text];
    const all = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0));
    let at = 0;
    for (const part of parts) {
      if (typeof part === 'string') at += all.write(part, at);
      else {
        all.set(part, at);
        at += part.length;
      }
    }
    return all;
  }
}

/** @returns false, with nothing written, for what JSON leaves out */
function append(pieces: Pieces, value: unknown): boolean {
  if (value instanceof Float32Array) {
    pieces.bytes(writeFloats(value));
    return true;
  }
  if (Array.isArray(value)) {
    appendList(pieces, value);
    return true;
  }
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    appendObject(pieces, value);
    return true;
  }
  const text = JSON.stringify(value);
  if (text !== undefined) pieces.text(text);
  return text !== undefined;
}

function appendList(pieces: Pieces, list: readonly unknown[]): void {
  pieces.text('[');
  for (let index = 0; index < list.length; index += 1) {
    if (index > 0) pieces.text(',');
    if (!append(pieces, list[index])) pieces.text('null');
  }
  pieces.text(']');
}

function appendObject(pieces: Pieces, members: object): void {
  let written = 0;
  pieces.text('{');
  for (const name of Object.keys(members)) {
    const value: unknown = Reflect.get(members, name);
    if (!isWritten(value)) continue;
    pieces.text(`${written > 0 ? ',' : ''}${JSON.stringify(name)}:`);
    append(pieces, value);
    written += 1;
  }
  pieces.text('}');
}

function isWritten(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

/** What has a text of its own (dates, boxed values, other classes) is JSON.stringify's to write. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
}
