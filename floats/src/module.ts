// Owns the instance of the wasm module: loading it, filling its tables, its windows as typed arrays. Must not know JSON.
// The module is synchronous and small (4 kB), so each thread makes its own when this file is first imported.
import { readFileSync } from 'node:fs';
import { scales } from './scales.ts';

/** A global of the module; all of ours are 32-bit integers. */
interface WasmGlobal {
  readonly value: number;
}

/** What assembly/index.ts exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly textAt: WasmGlobal;
  readonly floatsAt: WasmGlobal;
  readonly powersAt: WasmGlobal;
  readonly scalesAt: WasmGlobal;
  readonly windowBytes: WasmGlobal;
  readonly windowWrites: WasmGlobal;
  readonly count: WasmGlobal;
  readonly closed: WasmGlobal;
  scan(length: number, room: number): number;
  write(length: number): number;
  scaleSigned16(length: number): void;
}

/** The part of the standard interface that is used here: TypeScript has it in its library for browsers alone. */
interface WebAssemblyInterface {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly host: { exact(from: number, to: number): number } },
  ) => { readonly exports: object };
}

/** As in assembly/memory.ts and assembly/write.ts. */
const LOWEST_POWER = -70;
const HIGHEST_POWER = 40;
const LOWEST_SCALE = -31;
const HIGHEST_SCALE = 45;

const code = readFileSync(new URL('../generated/floats.wasm', import.meta.url));
// Both are as the interfaces above say: the type checker sees neither Node's WebAssembly nor assembly/index.ts.
const { Module, Instance } = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyInterface;
const wasm = new Instance(new Module(code), { host: { exact } }).exports as Exports;
// Wasm memory that never grows: its buffer stays the same. 64 KiB of text, twice that of floats, the commas of a block, the tables.
const { buffer } = wasm.memory;

/** Bytes of text that one `scan` sees; a byte 0 must follow the text. */
export const windowBytes: number = wasm.windowBytes.value;
/** Floats whose texts one `write` can hold. */
export const windowWrites: number = wasm.windowWrites.value;

/** The window of text, with room for the 0 behind it. */
export const text: Buffer = Buffer.from(buffer, wasm.textAt.value, windowBytes + 1);
/** The window of floats; the shortest text of one and its comma are two bytes. */
export const floats: Float32Array = new Float32Array(buffer, wasm.floatsAt.value, windowBytes / 2);

new Float64Array(buffer, wasm.powersAt.value, HIGHEST_POWER - LOWEST_POWER + 1).forEach((_, index, powers) => {
  powers[index] = Number(`1e${LOWEST_POWER + index}`);
});
new BigUint64Array(buffer, wasm.scalesAt.value, HIGHEST_SCALE - LOWEST_SCALE + 1).set(
  scales(LOWEST_SCALE, HIGHEST_SCALE),
);

export interface WindowScan {
  /** Index in the window of the first element that was not read. */
  readonly end: number;
  /** Numbers at the front of `floats`. */
  readonly count: number;
  /** Whether `end` is behind the list's closing bracket. */
  readonly closed: boolean;
}

/** Reads at most `room` numbers from the first `length` bytes of the text window to the window of floats. */
export function scanWindow(length: number, room: number): WindowScan {
  const end = wasm.scan(length, room);
  return { end, count: wasm.count.value, closed: wasm.closed.value === 1 };
}

/** Writes the first `length` floats to the text window. @returns bytes of text, or -1 - i when float i is not finite. */
export function writeWindow(length: number): number {
  return wasm.write(length);
}

/** Divides the first `length` signed 16-bit integers of the text window by 2^15 into the window of floats. */
export function scaleWindow(length: number): void {
  wasm.scaleSigned16(length);
}

/** The few numbers that 64 bits of digits cannot decide: very long ones in the middle between two floats, and subnormal ones. */
function exact(from: number, to: number): number {
  return Number(text.toString('latin1', from, to));
}
