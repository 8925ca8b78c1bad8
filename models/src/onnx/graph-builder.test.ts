// Shows that built models load and compute in onnxruntime, survive a round trip, and that mistakes are named.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { loadModel } from '../../test/run-model.ts';
import { GraphBuilder, IR_VERSION, OPSET_VERSION } from './graph-builder.ts';
import type { Model } from './messages.ts';
import type { ExternalData } from './tensor-data.ts';
import { decodeModel, encodeModel } from './wire-format.ts';

const METADATA = { zebra: '1', apple: 'ü' };

/** y = (x · weights + 0.5), cut in two and glued together the other way round. */
function smallModel(externalData?: ExternalData): Model {
  const graph = new GraphBuilder('small', externalData === undefined ? {} : { externalData });
  const x = graph.input('x', ['N', 2]);
  const weights = graph.constant('weights', [2, 4], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const product = graph.node('MatMul', [x, weights], {}, { name: 'layer/product' });
  const sum = graph.node('Add', [product, graph.scalar(0.5)]);
  const [left, right] = graph.nodeWithOutputs('Split', [sum], ['left', 'right'], {
    axis: { int: 1 },
    num_outputs: { int: 2 },
  });
  graph.node('Concat', [right, left], { axis: { int: 1 } }, { output: 'y' });
  graph.output('y', ['N', 4]);
  return graph.build(METADATA);
}

describe('a built model', () => {
  test('computes what its nodes say, for any number of rows', async () => {
    const run = await loadModel(encodeModel(smallModel()));
    expect(await run([Float32Array.of(1, 0)])).toEqual([Float32Array.of(3.5, 4.5, 1.5, 2.5)]);
    expect(await run([Float32Array.of(0, 1), Float32Array.of(1, 0)])).toEqual([
      Float32Array.of(7.5, 8.5, 5.5, 6.5),
      Float32Array.of(3.5, 4.5, 1.5, 2.5),
    ]);
  });

  test('gives the same bytes each time and comes back from them unchanged', () => {
    const bytes = encodeModel(smallModel());
    expect(encodeModel(smallModel())).toEqual(bytes);
    const decoded = decodeModel(bytes);
    expect(encodeModel(decoded)).toEqual(bytes);
    expect(decoded).toMatchObject({
      irVersion: IR_VERSION,
      opsetImport: [{ domain: '', version: OPSET_VERSION }],
      metadataProps: [
        { key: 'zebra', value: '1' },
        { key: 'apple', value: 'ü' },
      ],
    });
    expect(decoded.graph.node.map(({ name }) => name)).toEqual(['layer/product', 'Add_0', 'Split_0', 'Concat_0']);
    expect(decoded.graph.input[0]?.type.tensorType.shape.dim).toEqual([{ dimParam: 'N' }, { dimValue: 2 }]);
  });

  test('leaves out optional outputs, several of them too', () => {
    const graph = new GraphBuilder('outputs');
    const x = graph.input('x', ['N', 2]);
    graph.nodeWithOutputs('Any', [x], ['first', '', '', 'fourth']);
    graph.nodeWithOutputs('Any', ['fourth'], ['', 'second']);
    expect(graph.build().graph.node.map(({ output }) => output)).toEqual([
      ['first', '', '', 'fourth'],
      ['', 'second'],
    ]);
  });

  test('holds attributes of each kind, zeros and negative numbers included', () => {
    const graph = new GraphBuilder('attributes');
    graph.node('Any', [], {
      a: { int: 0 },
      b: { int: -1 },
      c: { float: 0 },
      d: { text: 'ü' },
      e: { ints: [0, -2] },
      f: { floats: [0.5] },
    });
    const [node] = decodeModel(encodeModel(graph.build())).graph.node;
    expect(node?.attribute).toEqual([
      { name: 'a', type: 2, i: 0, floats: [], ints: [] },
      { name: 'b', type: 2, i: -1, floats: [], ints: [] },
      { name: 'c', type: 1, f: 0, floats: [], ints: [] },
      { name: 'd', type: 3, s: new TextEncoder().encode('ü'), floats: [], ints: [] },
      { name: 'e', type: 7, floats: [], ints: [0, -2] },
      { name: 'f', type: 6, floats: [0.5], ints: [] },
    ]);
  });

  test('keeps large constants in a second file when told so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'external-data-'));
    try {
      // The offset is not 0, so that a wrong one is seen.
      const chunks: Uint8Array[] = [new Uint8Array(64)];
      const append = (bytes: Uint8Array) => {
        const offset = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
        chunks.push(bytes);
        return offset;
      };
      const model = encodeModel(smallModel({ location: 'small.data', minBytes: 16, append }));
      await writeFile(join(folder, 'small.onnx'), model);
      await writeFile(join(folder, 'small.data'), Buffer.concat(chunks));
      expect(chunks.map(({ byteLength }) => byteLength)).toEqual([64, 32]);
      const session = await InferenceSession.create(join(folder, 'small.onnx'));
      const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 0), [1, 2]) });
      expect(y?.data).toEqual(Float32Array.of(3.5, 4.5, 1.5, 2.5));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('takes operators of another domain', async () => {
    const graph = new GraphBuilder('other-domain', { domains: { 'com.microsoft': 1 } });
    graph.node('FastGelu', [graph.input('x', ['N', 1])], {}, { domain: 'com.microsoft', output: 'y' });
    graph.output('y', ['N', 1]);
    const run = await loadModel(encodeModel(graph.build()));
    expect((await run([Float32Array.of(1)]))[0]?.[0]).toBeCloseTo(0.8412, 3);
  });
});

test('equal shapes and numbers are one constant', () => {
  const graph = new GraphBuilder('shared');
  expect(graph.integers([1, 2])).toBe(graph.integers([1, 2]));
  expect(graph.scalar(1)).toBe(graph.scalar(1));
  const names = [graph.integers([1]), graph.integers([1, 2]), graph.scalar(1), graph.scalar(-1)];
  expect(new Set(names).size).toBe(names.length);
});

test.each<{ given: string; mistake: (graph: GraphBuilder) => void; want: string }>([
  {
    given: 'an unknown input',
    mistake: (graph) => graph.node('Abs', ['nowhere']),
    want: 'node Abs_0: expected the name of an earlier value, got nowhere',
  },
  {
    given: 'an unknown output',
    mistake: (graph) => graph.output('nowhere', [1]),
    want: 'output: expected the name of an earlier value, got nowhere',
  },
  {
    given: 'a value twice',
    mistake: (graph) => graph.input('x', [1]),
    want: 'a new name for a value, got x a second time',
  },
  {
    given: 'a node twice',
    mistake: (graph) => {
      graph.node('Abs', ['x'], {}, { name: 'same', output: 'a' });
      graph.node('Abs', ['x'], {}, { name: 'same', output: 'b' });
    },
    want: 'a new name for a node, got same a second time',
  },
  {
    given: 'too few values',
    mistake: (graph) => graph.constant('c', [2, 2], Float32Array.of(1, 2, 3)),
    want: 'constant c: expected 4 values for [2, 2], got 3',
  },
  {
    given: 'no name',
    mistake: (graph) => graph.input('', [1]),
    want: 'expected a name for a value, got an empty text',
  },
])('$given is refused', ({ mistake, want }) => {
  const graph = new GraphBuilder('mistakes');
  graph.input('x', ['N']);
  expect(() => mistake(graph)).toThrow(want);
});
