// Shows that an adopted model has the algorithm's signature, computes each row as its source does, and that what does not fit is refused.
import { describe, expect, test } from 'vitest';
import { loadModel } from '../../test/run-model.ts';
import { developmentModels } from '../development-model.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { DATA_TYPE, type Model } from '../onnx/messages.ts';
import { decodeModel, encodeModel } from '../onnx/wire-format.ts';
import { adoptModel, type Signature, signatureOf } from './adopt-model.ts';
import { tryRows } from './try-rows.ts';

const signature: Signature = { inputName: 'x', inputLength: 4, outputName: 'scores', outputLength: 2 };

interface Source {
  readonly batch?: number | string;
  readonly input?: string;
  readonly length?: number;
  /** Subtracts the mean over the whole batch, so that rows know each other. */
  readonly acrossRows?: boolean;
}

/** A model as a converter writes it: [1, 4] to the two sums of neighbours, times 3. */
function source({ batch = 1, input = 'audio_wav', length = 4, acrossRows = false }: Source = {}): Model {
  const graph = new GraphBuilder('tf2onnx');
  const x = graph.input(input, [batch, length]);
  const centred = acrossRows ? graph.node('Sub', [x, graph.node('ReduceMean', [x], { keepdims: { int: 0 } })]) : x;
  const weights = Float32Array.from({ length: 2 * length }, (_, index) =>
    index < length === (index % 2 === 0) ? 3 : 0,
  );
  const product = graph.node('MatMul', [centred, graph.constant('weights', [length, 2], weights)]);
  graph.node('Identity', [product], {}, { output: 'mobilenetv3_small_model' });
  graph.output('mobilenetv3_small_model', [batch, 2]);
  return graph.build();
}

const adopt = (model: Model, metadata = {}) => adoptModel(encodeModel(model), signature, metadata);
const rows = [Float32Array.of(1, 2, 3, 4), Float32Array.of(-1, 0, 1, 0), Float32Array.of(0, 0, 0, 5)];

describe('an adopted model', () => {
  test.each([
    { given: 'a batch of one', from: source() },
    { given: 'a free batch', from: source({ batch: 'unk__1' }) },
    { given: 'an input with the name that it shall have', from: source({ input: 'x' }) },
  ])('gives each row what its source with $given gives it alone', async ({ from }) => {
    const alone = await loadModel(encodeModel(from));
    const adopted = await loadModel(adopt(from));
    const together = await adopted(rows);
    for (const [index, row] of rows.entries()) expect([together[index]]).toEqual(await alone([row]));
  });

  test('has the signature and the facts, and its source’s operator sets', () => {
    const adopted = decodeModel(adopt(source(), { algorithm: 'tone', display_name: 'Tone ü' }));
    expect(signatureOf(encodeModel(adopted))).toEqual(signature);
    expect(adopted.metadataProps).toEqual([
      { key: 'algorithm', value: 'tone' },
      { key: 'display_name', value: 'Tone ü' },
    ]);
    expect(adopted.opsetImport).toEqual(source().opsetImport);
  });

  test('keeps rows apart that its source would mix', async () => {
    const mixing = source({ batch: 'N', acrossRows: true });
    await expect(
      tryRows(encodeModel(mixing), { ...signature, inputName: 'audio_wav', outputName: 'mobilenetv3_small_model' }),
    ).rejects.toThrow('the same numbers for a clip alone and among others');
    await tryRows(adopt(mixing), signature);
  });
});

test.each(Object.entries(developmentModels))('the signature of %s is read from its development model', (_, build) => {
  const { inputName, inputLength, outputLength } = signatureOf(build());
  expect({ inputName, inputLength }).toEqual({ inputName: 'x', inputLength: 32_000 });
  expect(outputLength).toBeGreaterThan(0);
});

const good = source();

describe('refused is', () => {
  test.each([
    { given: 'a text', bytes: Buffer.from('no model'), want: /Expected an ONNX model/ },
    { given: 'nothing', bytes: Buffer.alloc(0), want: /Expected an ONNX model/ },
    { given: 'a cut file', bytes: Buffer.from(encodeModel(good)).subarray(0, 60), want: /Expected an ONNX model/ },
  ])('$given', ({ bytes, want }) => {
    expect(() => adoptModel(bytes, signature, {})).toThrow(want);
  });

  test.each<{ given: string; model: Model; want: string }>([
    {
      given: 'another length',
      model: source({ length: 6 }),
      want: 'input [1,4] or [N,4] of float32, got audio_wav [1,6]',
    },
    { given: 'a batch of two', model: source({ batch: 2 }), want: 'got audio_wav [2,4]' },
    {
      given: 'another output',
      model: { ...good, graph: { ...good.graph, output: good.graph.input } },
      want: 'output [1,2] or [N,2] of float32, got audio_wav [1,4]',
    },
    {
      given: 'two inputs',
      model: { ...good, graph: { ...good.graph, input: [...good.graph.input, ...good.graph.output] } },
      want: 'Expected one input, got 2 (audio_wav, mobilenetv3_small_model)',
    },
    {
      given: 'integers',
      model: {
        ...good,
        graph: {
          ...good.graph,
          input: good.graph.input.map(({ name, type }) => ({
            name,
            type: { tensorType: { ...type.tensorType, elemType: DATA_TYPE.int64 } },
          })),
        },
      },
      want: 'got audio_wav [1,4] of element type 7',
    },
    {
      given: 'an old operator set',
      model: { ...good, opsetImport: [{ domain: '', version: 9 }] },
      want: 'Expected operator set 13 or later, got 9. Convert again with --opset 17.',
    },
    {
      given: 'external data',
      model: {
        ...good,
        graph: { ...good.graph, initializer: good.graph.initializer.map((tensor) => ({ ...tensor, dataLocation: 1 })) },
      },
      want: 'Convert without --large_model',
    },
  ])('$given', ({ model, want }) => {
    expect(() => adopt(model)).toThrow(want);
  });
});
