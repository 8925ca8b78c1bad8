// Owns walking the fields of a Protocol Buffers file that may be far larger than memory. Must not know what the fields mean.
import type { FileHandle } from 'node:fs/promises';
import protobuf from 'protobufjs/minimal.js';

/** The bytes are not what they should be. The message fits into a sentence in brackets. */
export class DamagedFile extends Error {}

/** A length-delimited field; its content is the bytes from `start` up to `end`. */
export interface ProtoField {
  readonly field: number;
  readonly start: number;
  readonly end: number;
}

/** Wire types. The other three never stand where this is used: onnx.proto has no fixed-width fields there. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** A tag (5 bytes) and a length or number (10 bytes) always fit. */
const HEADER_BYTES = 16;
/** Headers of small fields lie close to each other: read once for many of them. */
const WINDOW_BYTES = 64 * 1024;

/** Reads a file in windows. One reader at a time. */
export class ProtoFile {
  readonly #file: FileHandle;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #windowStart = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** The length-delimited fields of the message between two positions; others are passed over. Throws DamagedFile. */
  async *fields(start = 0, end = this.#size): AsyncGenerator<ProtoField> {
    for (let position = start; position < end; ) {
      const header = await this.read(position, Math.min(position + HEADER_BYTES, end));
      const reader = protobuf.Reader.create(header);
      const tag = reader.uint32();
      const wireType = tag & 7;
      if (wireType === VARINT) reader.uint64();
      else if (wireType !== LENGTH_DELIMITED) throw new DamagedFile(`unknown content at byte ${position}`);
      const length = wireType === LENGTH_DELIMITED ? reader.uint32() : 0;
      const contentAt = position + reader.pos;
      if (contentAt + length > end) throw new DamagedFile(`cut off at byte ${end}`);
      position = contentAt + length;
      if (wireType === LENGTH_DELIMITED) yield { field: tag >>> 3, start: contentAt, end: position };
    }
  }

  /** The bytes from `start` up to `end`. Throws DamagedFile when the file is shorter. */
  async read(start: number, end: number): Promise<Buffer> {
    const inWindow = () => start >= this.#windowStart && end <= this.#windowStart + this.#window.length;
    if (!inWindow()) {
      const window = Buffer.alloc(Math.max(end - start, Math.min(WINDOW_BYTES, this.#size - start)));
      const { bytesRead } = await this.#file.read(window, 0, window.length, start);
      this.#window = window.subarray(0, bytesRead);
      this.#windowStart = start;
    }
    if (!inWindow()) throw new DamagedFile(`cut off at byte ${this.#windowStart + this.#window.length}`);
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }
}
