// Owns the typed form of the ONNX messages that this project writes and reads. Field numbers and names are those of
// onnx.proto (github.com/onnx/onnx, onnx/onnx.proto); this file must not know the wire format nor any model.

/** TensorProto.DataType: the element types in use here. */
export const DATA_TYPE = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 } as const;

/** AttributeProto.AttributeType: which of an attribute's value fields counts. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

/** TensorProto.DataLocation of a tensor whose bytes stand in another file. */
export const EXTERNAL_DATA_LOCATION = 1;

/** StringStringEntryProto. */
export interface StringEntry {
  readonly key: string;
  readonly value: string;
}

/** OperatorSetIdProto; the empty domain is that of the standard operators. */
export interface OperatorSet {
  readonly domain: string;
  readonly version: number;
}

/** AttributeProto: `type` says which one of the value fields is set. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  /** UTF-8 text. */
  readonly s?: Uint8Array;
  readonly floats?: readonly number[];
  readonly ints?: readonly number[];
}

/** NodeProto. */
export interface Node {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly domain?: string;
  readonly attribute: readonly Attribute[];
}

/** TensorProto: little-endian `rawData`, or where to find it (`externalData`: location, offset, length). */
export interface Tensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData?: Uint8Array;
  readonly externalData?: readonly StringEntry[];
  readonly dataLocation?: number;
}

/** TensorShapeProto.Dimension: a number, or the name of a size that is known only at run time. */
export type Dimension = { readonly dimValue: number } | { readonly dimParam: string };

/** ValueInfoProto of a tensor, with the wrapping of TypeProto that the format asks for. */
export interface ValueInfo {
  readonly name: string;
  readonly type: {
    readonly tensorType: { readonly elemType: number; readonly shape: { readonly dim: readonly Dimension[] } };
  };
}

/** GraphProto. */
export interface Graph {
  readonly name: string;
  readonly node: readonly Node[];
  readonly initializer: readonly Tensor[];
  readonly input: readonly ValueInfo[];
  readonly output: readonly ValueInfo[];
}

/** ModelProto: the whole file. */
export interface Model {
  readonly irVersion: number;
  readonly producerName: string;
  readonly graph: Graph;
  readonly opsetImport: readonly OperatorSet[];
  readonly metadataProps: readonly StringEntry[];
}
