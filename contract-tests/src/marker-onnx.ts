// Owns small valid ONNX files whose answers tell which file computed them, and which can be made to hang. Field numbers are those
// of onnx.proto; the encoding is that of Protocol Buffers. Must not know how they are served.

export interface MarkerModel {
  /** Samples of a row of the input `x`. */
  readonly inputLength: number;
  /** Numbers of a row of the output `embedding`. */
  readonly outputLength: number;
  /** Each number of the output is this times the input's number at the same place; exact in float32. */
  readonly scale: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Computes as many empty rounds as the largest number of a batch says, without an end for practical purposes from 1e18 on:
   * native code that nothing can interrupt.
   */
  readonly hangs?: boolean;
  /** Asks for 256 TiB as soon as it computes, twice as much as a process of today's systems can address. */
  readonly exhaustsMemory?: boolean;
}

/** TensorProto.DataType and AttributeProto.AttributeType. */
const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;
const ATTRIBUTE = { int: 2, graph: 5 } as const;

/** embedding = scale · x[:, :outputLength]. */
export function markerOnnx({ inputLength, outputLength, scale, metadata = {}, ...faults }: MarkerModel): Buffer {
  const nodes = [
    node('Slice', ['x', 'starts', 'ends', 'axes'], ['head']),
    node('Mul', ['head', 'scale'], [faults.hangs || faults.exhaustsMemory ? 'scaled' : 'embedding']),
  ];
  if (faults.exhaustsMemory) {
    nodes.push(
      node('ConstantOfShape', ['elements'], ['huge']),
      node('ReduceMax', ['huge'], ['nothing'], attribute('keepdims', ATTRIBUTE.int, number(3, 0))),
      node('Add', ['scaled', 'nothing'], ['embedding']),
    );
  }
  if (faults.hangs) {
    nodes.push(
      node('ReduceMax', ['x'], ['largest'], attribute('keepdims', ATTRIBUTE.int, number(3, 0))),
      node('Cast', ['largest'], ['rounds'], attribute('to', ATTRIBUTE.int, number(3, INT64))),
      node('Loop', ['rounds', '', 'scaled'], ['embedding'], attribute('body', ATTRIBUTE.graph, bytes(6, emptyRound()))),
    );
  }
  const graph = Buffer.concat([
    ...nodes.map((each) => bytes(1, each)),
    text(2, 'marker'),
    bytes(5, int64Tensor('starts', 0)),
    bytes(5, int64Tensor('ends', outputLength)),
    bytes(5, int64Tensor('axes', 1)),
    bytes(5, floatTensor('scale', scale)),
    bytes(5, int64Tensor('elements', 2 ** 46)),
    bytes(11, value('x', FLOAT, ['N', inputLength])),
    bytes(12, value('embedding', FLOAT, ['N', outputLength])),
  ]);
  return Buffer.concat([
    number(1, 8),
    bytes(7, graph),
    bytes(8, number(2, 17)),
    ...Object.entries(metadata).map(([key, text2]) => bytes(14, Buffer.concat([text(1, key), text(2, text2)]))),
  ]);
}

/** The body of a Loop that hands its one value on. */
function emptyRound(): Buffer {
  return Buffer.concat([
    bytes(1, node('Identity', ['go_on'], ['goes_on'])),
    bytes(1, node('Identity', ['before'], ['after'])),
    text(2, 'round'),
    bytes(11, value('round', INT64, [])),
    bytes(11, value('go_on', BOOL, [])),
    bytes(11, value('before', FLOAT, undefined)),
    bytes(12, value('goes_on', BOOL, [])),
    bytes(12, value('after', FLOAT, undefined)),
  ]);
}

function node(operator: string, inputs: readonly string[], outputs: readonly string[], attributes?: Buffer): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...(attributes === undefined ? [] : [bytes(5, attributes)]),
  ]);
}

function attribute(name: string, type: number, content: Buffer): Buffer {
  return Buffer.concat([text(1, name), content, number(20, type)]);
}

function int64Tensor(name: string, only: number): Buffer {
  return Buffer.concat([number(1, 1), number(2, INT64), number(7, only), text(8, name)]);
}

function floatTensor(name: string, only: number): Buffer {
  const raw = Buffer.alloc(4);
  raw.writeFloatLE(only);
  return Buffer.concat([number(1, 1), number(2, FLOAT), text(8, name), bytes(9, raw)]);
}

/** ValueInfoProto of a tensor; without a shape it may have any. */
function value(name: string, type: number, shape: readonly (string | number)[] | undefined): Buffer {
  const dimensions = shape?.map((size) => bytes(1, typeof size === 'string' ? text(2, size) : number(1, size)));
  const tensor = [number(1, type), ...(dimensions === undefined ? [] : [bytes(2, Buffer.concat(dimensions))])];
  return Buffer.concat([text(1, name), bytes(2, bytes(1, Buffer.concat(tensor)))]);
}

function number(field: number, content: number): Buffer {
  return Buffer.from([...varint(field << 3), ...varint(content)]);
}

function bytes(field: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content));
}

function varint(content: number): number[] {
  // No bitwise operators: numbers here may have more than 32 bits.
  return content < 128 ? [content] : [(content % 128) + 128, ...varint(Math.floor(content / 128))];
}
