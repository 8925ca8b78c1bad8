// Owns MobileNetV3 (arXiv:1905.02244) as Keras builds it (keras.applications.MobileNetV3Small and MobileNetV3Large, alpha 1, without the
// top): which layers there are, and their ONNX nodes. Must not know where the numbers come from nor what the image shows.
import type { GraphBuilder } from '../onnx/graph-builder.ts';

type Activation = 'Relu' | 'HardSwish';

/** One inverted residual block. */
export interface Block {
  /** Channels between the first and the last convolution. */
  readonly expanded: number;
  readonly channels: number;
  readonly kernel: 3 | 5;
  readonly stride: 1 | 2;
  /** Whether a squeeze-and-excitation weighs the channels. */
  readonly squeeze: boolean;
  readonly activation: Activation;
}

/** Channels of the first convolution, 3 x 3 with stride 2. */
export const STEM_CHANNELS = 16;

/** How much narrower a squeeze is than what it squeezes. */
const SQUEEZE_RATIO = 0.25;

const block = (
  expanded: number,
  channels: number,
  kernel: 3 | 5,
  stride: 1 | 2,
  squeeze: boolean,
  activation: Activation,
): Block => ({ expanded, channels, kernel, stride, squeeze, activation });

/** Table 2 of the paper. */
export const SMALL: readonly Block[] = [
  block(16, 16, 3, 2, true, 'Relu'),
  block(72, 24, 3, 2, false, 'Relu'),
  block(88, 24, 3, 1, false, 'Relu'),
  block(96, 40, 5, 2, true, 'HardSwish'),
  block(240, 40, 5, 1, true, 'HardSwish'),
  block(240, 40, 5, 1, true, 'HardSwish'),
  block(120, 48, 5, 1, true, 'HardSwish'),
  block(144, 48, 5, 1, true, 'HardSwish'),
  block(288, 96, 5, 2, true, 'HardSwish'),
  block(576, 96, 5, 1, true, 'HardSwish'),
  block(576, 96, 5, 1, true, 'HardSwish'),
];

/** Table 1 of the paper. */
export const LARGE: readonly Block[] = [
  block(16, 16, 3, 1, false, 'Relu'),
  block(64, 24, 3, 2, false, 'Relu'),
  block(72, 24, 3, 1, false, 'Relu'),
  block(72, 40, 5, 2, true, 'Relu'),
  block(120, 40, 5, 1, true, 'Relu'),
  block(120, 40, 5, 1, true, 'Relu'),
  block(240, 80, 3, 2, false, 'HardSwish'),
  block(200, 80, 3, 1, false, 'HardSwish'),
  block(184, 80, 3, 1, false, 'HardSwish'),
  block(184, 80, 3, 1, false, 'HardSwish'),
  block(480, 112, 3, 1, true, 'HardSwish'),
  block(672, 112, 3, 1, true, 'HardSwish'),
  block(672, 160, 5, 2, true, 'HardSwish'),
  block(960, 160, 5, 1, true, 'HardSwish'),
  block(960, 160, 5, 1, true, 'HardSwish'),
];

/** A convolution's size; `groups` is the number of its input channels where each has a kernel of its own. */
export interface ConvolutionShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly groups: number;
}

/**
 * Gives the numbers of the next layer, in the order of computation: a weight for [output, input of its group, row, column] and a bias for each output. Batch
 * normalisation has only constants once a network is trained, so it is part of them.
 */
export type LayerNumbers = (shape: ConvolutionShape) => {
  readonly weights: Float32Array;
  readonly biases: Float32Array;
};

/**
 * Adds the network to a graph: `image` names a value `[N, 1, height, width]`; returns the name of `[N, channels, 1, 1]`, the averages of
 * the last layer over the image, and their number. All layers are convolutions and none looks across images, so that an
 * image's result does not depend on its neighbours.
 */
export function addMobileNetV3(
  graph: GraphBuilder,
  image: string,
  blocks: readonly Block[],
  numbersOf: LayerNumbers,
): { readonly features: string; readonly channels: number } {
  const network = new Network(graph, numbersOf);
  const stem = { inputs: 1, outputs: STEM_CHANNELS, kernel: 3, groups: 1 };
  let value = network.activate(network.convolve('stem', image, stem, 2), 'HardSwish');
  let channels = STEM_CHANNELS;
  for (const [index, each] of blocks.entries()) {
    value = network.block(`block_${index}`, value, channels, each);
    channels = each.channels;
  }
  const last = lastChannels(blocks);
  value = network.activate(network.pointwise('last', value, channels, last), 'HardSwish');
  return { features: graph.node('GlobalAveragePool', [value]), channels: last };
}

/** Channels of the last convolution: six times those of the last block. */
export function lastChannels(blocks: readonly Block[]): number {
  return roundedChannels(6 * (blocks.at(-1)?.channels ?? 0));
}

/** Channels between the two layers of a squeeze. */
export function squeezeChannels({ expanded }: Block): number {
  return roundedChannels(SQUEEZE_RATIO * expanded);
}

/** A multiple of 8, at most a tenth below the wish. */
function roundedChannels(wish: number): number {
  const rounded = Math.max(8, Math.floor((wish + 4) / 8) * 8);
  return rounded < 0.9 * wish ? rounded + 8 : rounded;
}

class Network {
  readonly #graph: GraphBuilder;
  readonly #numbersOf: LayerNumbers;

  constructor(graph: GraphBuilder, numbersOf: LayerNumbers) {
    this.#graph = graph;
    this.#numbersOf = numbersOf;
  }

  block(name: string, input: string, channels: number, shape: Block): string {
    const { expanded, kernel, stride, squeeze, activation } = shape;
    // The first block of either network has nothing to expand and leaves the layer out.
    const wide =
      expanded === channels && name === 'block_0'
        ? input
        : this.activate(this.pointwise(`${name}_expand`, input, channels, expanded), activation);
    const depthwise = { inputs: expanded, outputs: expanded, kernel, groups: expanded };
    let value = this.activate(this.convolve(`${name}_depthwise`, wide, depthwise, stride), activation);
    if (squeeze) value = this.#squeeze(`${name}_squeeze`, value, shape);
    value = this.pointwise(`${name}_project`, value, expanded, shape.channels);
    return stride === 1 && channels === shape.channels ? this.#graph.node('Add', [input, value]) : value;
  }

  pointwise(name: string, input: string, inputs: number, outputs: number): string {
    return this.convolve(name, input, { inputs, outputs, kernel: 1, groups: 1 }, 1);
  }

  convolve(name: string, input: string, shape: ConvolutionShape, stride: number): string {
    const { inputs, outputs, kernel, groups } = shape;
    const { weights, biases } = this.#numbersOf(shape);
    const dims = [outputs, inputs / groups, kernel, kernel];
    const constants = [this.#graph.constant(`${name}_weights`, dims, weights)];
    constants.push(this.#graph.constant(`${name}_biases`, [outputs], biases));
    return this.#graph.node('Conv', [input, ...constants], {
      kernel_shape: { ints: [kernel, kernel] },
      strides: { ints: [stride, stride] },
      group: { int: groups },
      // As `padding='same'` in Keras: where the padding is odd, the end gets one more.
      auto_pad: { text: 'SAME_UPPER' },
    });
  }

  activate(value: string, activation: Activation): string {
    return this.#graph.node(activation, [value]);
  }

  #squeeze(name: string, input: string, shape: Block): string {
    const { expanded } = shape;
    const narrow = squeezeChannels(shape);
    const averages = this.#graph.node('GlobalAveragePool', [input]);
    const squeezed = this.activate(this.pointwise(`${name}_in`, averages, expanded, narrow), 'Relu');
    const excited = this.pointwise(`${name}_out`, squeezed, narrow, expanded);
    const factors = this.#graph.node('HardSigmoid', [excited], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
    return this.#graph.node('Mul', [input, factors]);
  }
}
