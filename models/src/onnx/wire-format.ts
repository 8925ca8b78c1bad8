// Owns the bytes of an ONNX file: the protobuf descriptor of the messages in messages.ts. Must not know what a graph means.
import protobuf from 'protobufjs';
import type { Model } from './messages.ts';

/** Field numbers and types of onnx.proto, for the fields in use; protobufjs gives the names in camel case. */
const FIELDS = {
  ModelProto: {
    irVersion: { type: 'int64', id: 1 },
    producerName: { type: 'string', id: 2 },
    graph: { type: 'GraphProto', id: 7 },
    opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
    metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 14 },
  },
  OperatorSetIdProto: {
    domain: { type: 'string', id: 1 },
    version: { type: 'int64', id: 2 },
  },
  StringStringEntryProto: {
    key: { type: 'string', id: 1 },
    value: { type: 'string', id: 2 },
  },
  GraphProto: {
    node: { rule: 'repeated', type: 'NodeProto', id: 1 },
    name: { type: 'string', id: 2 },
    initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
    input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
    output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
  },
  NodeProto: {
    input: { rule: 'repeated', type: 'string', id: 1 },
    output: { rule: 'repeated', type: 'string', id: 2 },
    name: { type: 'string', id: 3 },
    opType: { type: 'string', id: 4 },
    attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
    domain: { type: 'string', id: 7 },
  },
  AttributeProto: {
    name: { type: 'string', id: 1 },
    f: { type: 'float', id: 2 },
    i: { type: 'int64', id: 3 },
    s: { type: 'bytes', id: 4 },
    floats: { rule: 'repeated', type: 'float', id: 7 },
    ints: { rule: 'repeated', type: 'int64', id: 8 },
    type: { type: 'int32', id: 20 },
  },
  TensorProto: {
    dims: { rule: 'repeated', type: 'int64', id: 1 },
    dataType: { type: 'int32', id: 2 },
    name: { type: 'string', id: 8 },
    rawData: { type: 'bytes', id: 9 },
    externalData: { rule: 'repeated', type: 'StringStringEntryProto', id: 13 },
    dataLocation: { type: 'int32', id: 14 },
  },
  ValueInfoProto: {
    name: { type: 'string', id: 1 },
    type: { type: 'TypeProto', id: 2 },
  },
  TypeProto: {
    tensorType: { type: 'TensorTypeProto', id: 1 },
  },
  TensorTypeProto: {
    elemType: { type: 'int32', id: 1 },
    shape: { type: 'TensorShapeProto', id: 2 },
  },
  TensorShapeProto: {
    dim: { rule: 'repeated', type: 'DimensionProto', id: 1 },
  },
  DimensionProto: {
    dimValue: { type: 'int64', id: 1 },
    dimParam: { type: 'string', id: 2 },
  },
} as const;

// onnx.proto is proto2: a field that is set to 0 or to an empty text is written, which AttributeProto relies on.
const nested = Object.fromEntries(
  Object.entries(FIELDS).map(([name, fields]) => [name, { edition: 'proto2', fields }]),
);
const root = protobuf.Root.fromJSON({ nested });
const modelType = root.lookupType('ModelProto');

/**
 * Writes a model as the bytes of an `.onnx` file. Fields go out in the order of their numbers, list entries in their own
 * order, so equal models give equal bytes.
 */
export function encodeModel(model: Model): Uint8Array {
  const bytes = modelType.encode(model).finish();
  // protobufjs hands out a Buffer whose memory may be shared with others; the caller gets plain bytes of its own.
  return new Uint8Array(bytes);
}

/**
 * Reads the bytes of an `.onnx` file; fields that messages.ts does not list are dropped. Throws when the bytes are no
 * protobuf message.
 */
export function decodeModel(bytes: Uint8Array): Model {
  const decoded = modelType.toObject(modelType.decode(bytes), { longs: Number, arrays: true });
  // The descriptor above and messages.ts name the same fields, which the round-trip test holds them to.
  return decoded as Model;
}
