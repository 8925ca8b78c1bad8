// Holds the networks to the sizes that Keras counts and that upstream states, and images to a result of their own.
import { describe, expect, test } from 'vitest';
import { loadModel } from '../../test/run-model.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { encodeModel } from '../onnx/wire-format.ts';
import { uniformGenerator } from '../seeded-random.ts';
import {
  addMobileNetV3,
  type Block,
  type ConvolutionShape,
  LARGE,
  lastChannels,
  SMALL,
  squeezeChannels,
} from './mobilenet-v3.ts';

/** Every convolution of a network, in order. */
function layersOf(blocks: readonly Block[]): ConvolutionShape[] {
  const layers: ConvolutionShape[] = [];
  const graph = new GraphBuilder('layers');
  addMobileNetV3(graph, graph.input('image', ['N', 1, 200, 48]), blocks, (shape) => {
    layers.push(shape);
    const length = (shape.outputs * shape.inputs * shape.kernel ** 2) / shape.groups;
    return { weights: new Float32Array(length), biases: new Float32Array(shape.outputs) };
  });
  return layers;
}

/** As `count_params()` of Keras: 4 numbers of normalisation for each output, where a squeeze has a bias alone. */
function kerasParameters(blocks: readonly Block[]): number {
  const normalised = layersOf(blocks).map(
    ({ inputs, outputs, kernel, groups }) => (outputs * inputs * kernel ** 2) / groups + 4 * outputs,
  );
  const biased = blocks.filter(({ squeeze }) => squeeze).map((each) => 3 * (squeezeChannels(each) + each.expanded));
  return sum(normalised) - sum(biased);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe.each([
  // keras.applications, include_top=False, input 200 x 48 x 1; sizes: event_detector/README.md of google/hear.
  { name: 'small', blocks: SMALL, parameters: 938_832, features: 576, megabytes: '3.60' },
  { name: 'large', blocks: LARGE, parameters: 2_996_064, features: 960, megabytes: '11.46' },
])('MobileNetV3 $name', ({ blocks, parameters, features, megabytes }) => {
  test('has the parameters that Keras counts', () => {
    expect(kerasParameters(blocks)).toBe(parameters);
    expect(lastChannels(blocks)).toBe(features);
  });

  test('with a dense layer of eight outputs has the size that upstream states', () => {
    const all = parameters + 8 * (features + 1);
    expect(((4 * all) / 2 ** 20).toFixed(2)).toBe(megabytes);
  });

  test('runs on any number of images', async () => {
    const graph = new GraphBuilder('network');
    const uniform = uniformGenerator(1);
    const numbers = (length: number) => Float32Array.from({ length }, () => uniform() - 0.5);
    const { features: output, channels } = addMobileNetV3(
      graph,
      graph.node('Reshape', [graph.input('x', ['N', 9_600]), graph.integers([-1, 1, 200, 48])]),
      blocks,
      ({ inputs, outputs, kernel, groups }) => ({
        weights: numbers((outputs * inputs * kernel ** 2) / groups),
        biases: numbers(outputs),
      }),
    );
    graph.output(graph.node('Reshape', [output, graph.integers([-1, channels])]), ['N', channels]);
    const run = await loadModel(encodeModel(graph.build()));
    const rows = [numbers(9_600), numbers(9_600)];
    const [first, second] = await run(rows);
    expect(first).toHaveLength(features);
    expect(await run([rows[0] ?? numbers(1)])).toEqual([first]);
    expect(second).not.toEqual(first);
  });
});
