// Owns reading and writing protobuf messages field by field, with whatever is inside kept byte for byte. Must not know ONNX.
import protobuf from 'protobufjs';

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** The whole field as it stands in the message, its key included. */
  readonly raw: Uint8Array;
  /** What a field of bytes, a text or a message holds; empty for numbers. */
  readonly content: Uint8Array;
}

const LENGTH_DELIMITED = 2;

/** The fields of a message in their order. Throws RangeError or Error where the bytes are no message. */
export function readFields(message: Uint8Array): Field[] {
  const reader = protobuf.Reader.create(message);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const key = reader.uint32();
    const isBytes = (key & 7) === LENGTH_DELIMITED;
    const content = isBytes ? reader.bytes() : new Uint8Array();
    if (!isBytes) reader.skipType(key & 7);
    fields.push({ number: key >>> 3, raw: message.subarray(start, reader.pos), content });
  }
  return fields;
}

/** A message of raw fields, and of contents under the numbers that they shall have. */
export function writeMessage(parts: readonly (Uint8Array | readonly [number: number, content: Uint8Array])[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      if (part instanceof Uint8Array) return [part];
      const [number, content] = part;
      const head = protobuf.Writer.create()
        .uint32((number << 3) | LENGTH_DELIMITED)
        .uint32(content.length);
      return [head.finish(), content];
    }),
  );
}
