// Owns taking over an ONNX file that another tool made for one clip: its input and output get the names of an algorithm, and a batch of
// any size is a loop over the rows. What it computes stays byte for byte. Must not know an algorithm.
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { DATA_TYPE, type Model, type ValueInfo } from '../onnx/messages.ts';
import { decodeModel, encodeModel } from '../onnx/wire-format.ts';
import { readFields, writeMessage } from './proto-fields.ts';

/** One input and one output, both `[N, length]` float32. */
export interface Signature {
  readonly inputName: string;
  readonly inputLength: number;
  readonly outputName: string;
  readonly outputLength: number;
}

/** Field numbers of onnx.proto. */
const MODEL = { irVersion: 1, graph: 7, opsetImport: 8, metadata: 14, functions: 25 } as const;
const GRAPH_NODE = 1;
const NODE = { operator: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, graph: 6 } as const;

/** AttributeProto.type (field 20, a number) of a graph (5). */
const GRAPH_TYPE = Uint8Array.of(((20 << 3) & 0x7f) | 0x80, 20 >> 4, 5);

/** From this one on Unsqueeze takes its axes as an input, as it is written here. */
const OLDEST_OPSET = 13;

/** The signature of a model of this project. */
export function signatureOf(model: Uint8Array): Signature {
  const { graph } = decodeModel(model);
  const [input, output] = [only(graph.input, 'input'), only(graph.output, 'output')];
  return {
    inputName: input.name,
    inputLength: lengthOf(input) ?? 0,
    outputName: output.name,
    outputLength: lengthOf(output) ?? 0,
  };
}

/**
 * The bytes of a model with `signature` and `metadata` that computes for each row what `source` computes for a batch of one. No row
 * can know another.
 * @throws Error when the source is no model, is too old, or has another form than `[1 or N, inputLength]` to `[1 or N, outputLength]`
 */
export function adoptModel(
  source: Uint8Array,
  signature: Signature,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  requireForm(readModel(source), signature);
  const fields = readFields(source);
  const body = fields.find(({ number }) => number === MODEL.graph)?.content ?? new Uint8Array();
  const kept: readonly number[] = [MODEL.irVersion, MODEL.opsetImport, MODEL.functions];
  const around = readFields(encodeModel(loopAround(signature).build(metadata)));
  const graph = around.find(({ number }) => number === MODEL.graph)?.content ?? new Uint8Array();
  return writeMessage([
    ...fields.filter(({ number }) => kept.includes(number)).map(({ raw }) => raw),
    [MODEL.graph, withBody(graph, body)],
    ...around.filter(({ number }) => number === MODEL.metadata).map(({ raw }) => raw),
  ]);
}

/** A graph that hands each row to a Scan, whose body is still missing. */
function loopAround({ inputName, inputLength, outputName, outputLength }: Signature): Pick<GraphBuilder, 'build'> {
  const graph = new GraphBuilder('adopted');
  const clips = graph.input(inputName, ['N', inputLength]);
  // Each row as the body takes it: [1, length].
  const rows = graph.node('Unsqueeze', [clips, graph.integers([1])], {}, { name: 'adopted_rows' });
  const results = graph.node(LOOP, [rows], { num_scan_inputs: { int: 1 } }, { name: 'adopted_loop' });
  graph.node('Squeeze', [results, graph.integers([1])], {}, { name: 'adopted_results', output: outputName });
  graph.output(outputName, ['N', outputLength]);
  return graph;
}

const LOOP = 'Scan';

/** The graph with `body` as the loop's attribute. */
function withBody(graph: Uint8Array, body: Uint8Array): Buffer {
  const attribute = writeMessage([[ATTRIBUTE.name, Buffer.from('body')], [ATTRIBUTE.graph, body], GRAPH_TYPE]);
  return writeMessage(
    readFields(graph).map(({ number, raw, content }) => {
      const isLoop =
        number === GRAPH_NODE &&
        readFields(content).some(
          (part) => part.number === NODE.operator && Buffer.from(part.content).equals(Buffer.from(LOOP)),
        );
      return isLoop ? [GRAPH_NODE, writeMessage([content, [NODE.attribute, attribute]])] : raw;
    }),
  );
}

function readModel(source: Uint8Array): Model {
  try {
    const model = decodeModel(source);
    if (model.graph !== undefined) return model;
  } catch {
    // Falls through: bytes that are no message have no graph either.
  }
  throw new Error('Expected an ONNX model, got a file without a graph. Convert the SavedModel again.');
}

function requireForm({ graph, opsetImport }: Model, { inputLength, outputLength }: Signature): void {
  const opset =
    opsetImport.find(({ domain }) => domain === undefined || domain === '' || domain === 'ai.onnx')?.version ?? 0;
  if (opset < OLDEST_OPSET)
    throw new Error(`Expected operator set ${OLDEST_OPSET} or later, got ${opset}. Convert again with --opset 17.`);
  if (graph.initializer.some(({ dataLocation }) => dataLocation !== undefined && dataLocation !== 0))
    throw new Error(
      'Expected all numbers inside the file, got a model with external data. Convert without --large_model.',
    );
  // Old writers list constants among the inputs.
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  requireRow(only(inputs, 'input'), 'input', inputLength);
  requireRow(only(graph.output, 'output'), 'output', outputLength);
}

function requireRow(value: ValueInfo, kind: string, length: number): void {
  const { elemType, shape } = value.type.tensorType;
  const [batch, size, ...more] = dimensionsOf(value);
  const fits =
    elemType === DATA_TYPE.float32 && (batch === undefined || batch === 1) && (size === undefined || size === length);
  if (shape.dim.length === 2 && more.length === 0 && fits) return;
  const shown = dimensionsOf(value)
    .map((dimension) => dimension ?? 'N')
    .join(',');
  const type = elemType === DATA_TYPE.float32 ? '' : ` of element type ${elemType}`;
  throw new Error(
    `Expected an ${kind} [1,${length}] or [N,${length}] of float32, got ${value.name} [${shown}]${type}.`,
  );
}

function only(values: readonly ValueInfo[], kind: string): ValueInfo {
  const [first, ...more] = values;
  if (first !== undefined && more.length === 0) return first;
  const names = values.map(({ name }) => name).join(', ') || 'none';
  throw new Error(`Expected one ${kind}, got ${values.length} (${names}).`);
}

function lengthOf(value: ValueInfo): number | undefined {
  return dimensionsOf(value)[1];
}

/** Sizes; undefined for one that is known only at run time. */
function dimensionsOf({ type }: ValueInfo): (number | undefined)[] {
  return type.tensorType.shape.dim.map((dimension) => ('dimValue' in dimension ? dimension.dimValue : undefined));
}
