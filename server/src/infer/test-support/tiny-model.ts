// Owns small ONNX files for tests: x [N,inputLength] times a constant matrix gives embedding [N,outputLength]. Field numbers
// are those of onnx.proto. Test support only: nothing that serves may import it.
import protobuf from 'protobufjs/minimal.js';

export interface TinyModel {
  readonly inputLength: number;
  readonly outputLength: number;
  /** Row-major `[inputLength, outputLength]`; all ones by default. */
  readonly weights?: Float32Array;
  /** Rows that the file fixes, instead of the dynamic dimension N. */
  readonly fixedRows?: number;
  readonly inputName?: string;
  /** A file beside the model in which the weights lie, from its first byte, instead of the model itself. */
  readonly weightsIn?: string;
  /** Files that further initializers say to lie in; the model then serves for reading its facts alone. */
  readonly externalData?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
}

/** TensorProto.DataType.FLOAT */
const FLOAT = 1;

/** The bytes of a valid ONNX file. */
export function tinyModel(model: TinyModel): Uint8Array {
  const { inputLength, outputLength, fixedRows, inputName = 'x', externalData = [], metadata = {} } = model;
  const node = message((w) =>
    w
      .uint32(10)
      .string(inputName)
      .uint32(10)
      .string('weights')
      .uint32(18)
      .string('embedding')
      .uint32(34)
      .string('MatMul'),
  );
  const tensor = message((w) => {
    w.uint32(8).int64(inputLength).uint32(8).int64(outputLength).uint32(16).int32(FLOAT);
    w.uint32(66).string('weights');
    if (model.weightsIn !== undefined) return writeLocation(w, model.weightsIn);
    const weights = model.weights ?? new Float32Array(inputLength * outputLength).fill(1);
    return w.uint32(74).bytes(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength));
  });
  const graph = message((w) => {
    w.uint32(10).bytes(node).uint32(18).string('tiny').uint32(42).bytes(tensor);
    for (const location of externalData) w.uint32(42).bytes(externalTensor(location));
    w.uint32(90)
      .bytes(valueInfo(inputName, inputLength, fixedRows))
      .uint32(98)
      .bytes(valueInfo('embedding', outputLength, fixedRows));
  });
  return message((w) => {
    w.uint32(8).int64(8).uint32(18).string('tiny-model').uint32(58).bytes(graph);
    w.uint32(66).bytes(message((opset) => opset.uint32(16).int64(17)));
    for (const [key, value] of Object.entries(metadata)) {
      w.uint32(114).bytes(message((entry) => entry.uint32(10).string(key).uint32(18).string(value)));
    }
  });
}

/** A TensorProto whose data lies in another file. */
function externalTensor(location: string): Uint8Array {
  return message((w) => writeLocation(w.uint32(16).int32(FLOAT).uint32(66).string(`in ${location}`), location));
}

/** The fields of a TensorProto that say where its data lies. */
function writeLocation(w: protobuf.Writer, location: string): protobuf.Writer {
  const entry = (key: string, value: string) => message((each) => each.uint32(10).string(key).uint32(18).string(value));
  return w.uint32(106).bytes(entry('location', location)).uint32(106).bytes(entry('offset', '0')).uint32(112).int32(1);
}

/** A ValueInfoProto of a float tensor `[rows or N, length]`. */
function valueInfo(name: string, length: number, rows: number | undefined): Uint8Array {
  const first = message((w) => (rows === undefined ? w.uint32(18).string('N') : w.uint32(8).int64(rows)));
  const second = message((w) => w.uint32(8).int64(length));
  const shape = message((w) => w.uint32(10).bytes(first).uint32(10).bytes(second));
  const tensorType = message((w) => w.uint32(8).int32(FLOAT).uint32(18).bytes(shape));
  const type = message((w) => w.uint32(10).bytes(tensorType));
  return message((w) => w.uint32(10).string(name).uint32(18).bytes(type));
}

function message(write: (writer: protobuf.Writer) => unknown): Uint8Array {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
}
