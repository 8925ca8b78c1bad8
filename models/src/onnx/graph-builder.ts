// Owns the construction of an ONNX model, value by value: unique names, known inputs, fixed versions. Must not know any
// algorithm, and neither the wire format nor the file system.
import type { Matrix } from '../matrix.ts';
import { type Attributes, toAttributeMessages } from './attributes.ts';
import { DATA_TYPE, type Model, type Node, type Tensor, type ValueInfo } from './messages.ts';
import { type ExternalData, type TensorValues, toTensor } from './tensor-data.ts';

/** Version of the ONNX file format: 10, that of ONNX 1.16, the first with operator set 21. */
export const IR_VERSION = 10;

/** Version of the standard operators: 21, the first in which DequantizeLinear takes blocks, and with a Gelu of its own. */
export const OPSET_VERSION = 21;

const PRODUCER_NAME = 'predict-schemata';

export interface GraphBuilderOptions {
  /** Where the bytes of large constants go; inside the model when absent. */
  readonly externalData?: ExternalData;
  /** Operator sets beside the standard one, for example `{ 'com.microsoft': 1 }`. */
  readonly domains?: Readonly<Record<string, number>>;
}

export interface NodeOptions {
  /** Name of the node; counted per operator when absent (`MatMul_0`). */
  readonly name?: string;
  /** Operator set that the operator belongs to; the standard one when absent. */
  readonly domain?: string;
  /** Name of the output; the node's name when absent. */
  readonly output?: string;
}

/**
 * Builds one graph. Every method that adds a value returns its name, to be handed to later nodes; nodes stand in the file in
 * the order of the calls, which ONNX wants to be an order of computation. The same calls give the same model.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #options: GraphBuilderOptions;
  readonly #nodes: Node[] = [];
  readonly #initializers: Tensor[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #values = new Set<string>();
  readonly #nodeNames = new Set<string>();
  readonly #sharedConstants = new Map<string, string>();
  readonly #countByKind = new Map<string, number>();

  constructor(name: string, options: GraphBuilderOptions = {}) {
    this.#name = name;
    this.#options = options;
  }

  /** Declares a float32 input; a text in `dims` names a size that is known only at run time. */
  input(name: string, dims: readonly (number | string)[]): string {
    this.#inputs.push(toValueInfo(name, dims));
    return this.#define(name);
  }

  /** Declares that an existing float32 value is an output of the graph. */
  output(name: string, dims: readonly (number | string)[]): void {
    this.#demand(name, 'output');
    this.#outputs.push(toValueInfo(name, dims));
  }

  /** Adds a constant in row-major order. The values are not copied: leave them as they are until the model is encoded. */
  constant(name: string, dims: readonly number[], values: TensorValues): string {
    this.#initializers.push(toTensor(name, dims, values, this.#options.externalData));
    return this.#define(name);
  }

  /** Adds a constant matrix, rounded to float32. */
  matrix(name: string, { rows, columns, values }: Matrix): string {
    return this.constant(name, [rows, columns], Float32Array.from(values));
  }

  /** A one-dimensional int64 constant, the form in which ONNX takes shapes, axes and indices; equal ones are one constant. */
  integers(values: readonly number[]): string {
    return this.#shared('integers', values, () => [[values.length], BigInt64Array.from(values, BigInt)]);
  }

  /** A float32 number without dimensions, which ONNX spreads over whatever it meets; equal ones are one constant. */
  scalar(value: number): string {
    return this.#shared('scalar', [value], () => [[], Float32Array.of(value)]);
  }

  /** An unsigned 8-bit number without dimensions; equal ones are one constant. */
  byte(value: number): string {
    return this.#shared('byte', [value], () => [[], Uint8Array.of(value)]);
  }

  /** Adds a node with one output and returns the output's name. An empty text among `inputs` leaves an optional one out. */
  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, options: NodeOptions = {}): string {
    const name = options.name ?? this.#nextName(operator);
    const output = options.output ?? name;
    this.#addNode(operator, inputs, [output], attributes, { ...options, name });
    return output;
  }

  /** Adds a node with several outputs, `outputs` being their names, and returns these. An empty text leaves an optional one out. */
  nodeWithOutputs<const Names extends readonly string[]>(
    operator: string,
    inputs: readonly string[],
    outputs: Names,
    attributes: Attributes = {},
    options: Omit<NodeOptions, 'output'> = {},
  ): Names {
    this.#addNode(operator, inputs, outputs, attributes, {
      ...options,
      name: options.name ?? this.#nextName(operator),
    });
    return outputs;
  }

  /** The model as it stands, with `metadata` in the order of its keys' insertion. */
  build(metadata: Readonly<Record<string, string>> = {}): Model {
    const domains = Object.entries({ '': OPSET_VERSION, ...this.#options.domains });
    return {
      irVersion: IR_VERSION,
      producerName: PRODUCER_NAME,
      graph: {
        name: this.#name,
        node: [...this.#nodes],
        initializer: [...this.#initializers],
        input: [...this.#inputs],
        output: [...this.#outputs],
      },
      opsetImport: domains.map(([domain, version]) => ({ domain, version })),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    };
  }

  #addNode(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes,
    { name, domain = '' }: { readonly name: string; readonly domain?: string },
  ): void {
    for (const input of inputs) if (input !== '') this.#demand(input, `node ${name}`);
    if (this.#nodeNames.has(name)) throw new Error(`expected a new name for a node, got ${name} a second time`);
    this.#nodeNames.add(name);
    for (const output of outputs) if (output !== '') this.#define(output);
    const node = { input: inputs, output: outputs, name, opType: operator, attribute: toAttributeMessages(attributes) };
    this.#nodes.push(domain === '' ? node : { ...node, domain });
  }

  #shared(kind: string, values: readonly number[], create: () => [dims: number[], values: TensorValues]): string {
    const key = `${kind} ${values.join(' ')}`;
    const known = this.#sharedConstants.get(key);
    if (known !== undefined) return known;
    const name = this.constant(this.#nextName(kind), ...create());
    this.#sharedConstants.set(key, name);
    return name;
  }

  #nextName(kind: string): string {
    const count = this.#countByKind.get(kind) ?? 0;
    this.#countByKind.set(kind, count + 1);
    return `${kind}_${count}`;
  }

  #define(value: string): string {
    if (value === '') throw new Error('expected a name for a value, got an empty text');
    if (this.#values.has(value)) throw new Error(`expected a new name for a value, got ${value} a second time`);
    this.#values.add(value);
    return value;
  }

  #demand(value: string, user: string): void {
    if (!this.#values.has(value)) throw new Error(`${user}: expected the name of an earlier value, got ${value}`);
  }
}

function toValueInfo(name: string, dims: readonly (number | string)[]): ValueInfo {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPE.float32, shape: { dim } } } };
}
