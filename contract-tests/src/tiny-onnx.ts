// Owns a small valid ONNX file of a chosen width, for starts with a model of the wrong shape. Field numbers are those of
// onnx.proto; the encoding is that of Protocol Buffers. Must not know which widths are right.

/** The identity from `x` to `embedding`, both `[N, width]` float32. */
export function tinyOnnx(width: number): Uint8Array {
  const node = [...text(1, 'x'), ...text(2, 'embedding'), ...text(4, 'Identity')];
  const graph = [
    ...bytes(1, node),
    ...text(2, 'tiny'),
    ...bytes(11, valueInfo('x', width)),
    ...bytes(12, valueInfo('embedding', width)),
  ];
  const opset = number(2, 17);
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, opset)]);
}

/** ValueInfoProto of a float tensor `[N, width]`. */
function valueInfo(name: string, width: number): number[] {
  const shape = [...bytes(1, text(2, 'N')), ...bytes(1, number(1, width))];
  const tensor = [...number(1, 1), ...bytes(2, shape)];
  return [...text(1, name), ...bytes(2, bytes(1, tensor))];
}

function number(field: number, value: number): number[] {
  return [field << 3, ...varint(value)];
}

function bytes(field: number, content: readonly number[]): number[] {
  return [(field << 3) | 2, ...varint(content.length), ...content];
}

function text(field: number, value: string): number[] {
  return bytes(field, [...Buffer.from(value)]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
