// Owns small valid ONNX files: one of a chosen width, for starts with a model of the wrong shape, and one that fails at loud sounds. Field numbers are those of
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

/**
 * From `x` `[N, inputWidth]` to `outputWidth` zeros, as long as all numbers are below 1: a larger one becomes an index outside
 * a table of one entry, at which onnxruntime fails the whole batch.
 */
export function failingOnnx(inputWidth: number, outputWidth: number): Uint8Array {
  const nodes = [
    node('ReduceMax', ['x'], 'loudest'),
    node('Cast', ['loudest'], 'index', [...text(1, 'to'), ...number(3, INT64), ...number(20, INTEGER_ATTRIBUTE)]),
    node('Gather', ['table', 'index'], 'nothing'),
    node('Slice', ['x', 'start', 'end', 'axis'], 'head'),
    node('Sub', ['head', 'head'], 'silence'),
    node('Add', ['silence', 'nothing'], 'embedding'),
  ];
  const initializers = [
    [...number(1, 1), ...number(2, FLOAT), ...text(8, 'table'), ...bytes(9, [0, 0, 0, 0])],
    ...Object.entries({ start: 0, end: outputWidth, axis: 1 }).map(([name, value]) => [
      ...number(1, 1),
      ...number(2, INT64),
      ...number(7, value),
      ...text(8, name),
    ]),
  ];
  const graph = [
    ...nodes.flatMap((content) => bytes(1, content)),
    ...text(2, 'failing'),
    ...initializers.flatMap((content) => bytes(5, content)),
    ...bytes(11, valueInfo('x', inputWidth)),
    ...bytes(12, valueInfo('embedding', outputWidth)),
  ];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, number(2, 17))]);
}

/** TensorProto.DataType and AttributeProto.AttributeType. */
const FLOAT = 1;
const INT64 = 7;
const INTEGER_ATTRIBUTE = 2;

function node(type: string, inputs: readonly string[], output: string, attribute?: readonly number[]): number[] {
  return [
    ...inputs.flatMap((input) => text(1, input)),
    ...text(2, output),
    ...text(4, type),
    ...(attribute === undefined ? [] : bytes(5, attribute)),
  ];
}

/** ValueInfoProto of a float tensor `[N, width]`. */
function valueInfo(name: string, width: number): number[] {
  const shape = [...bytes(1, text(2, 'N')), ...bytes(1, number(1, width))];
  const tensor = [...number(1, 1), ...bytes(2, shape)];
  return [...text(1, name), ...bytes(2, bytes(1, tensor))];
}

function number(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)];
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
