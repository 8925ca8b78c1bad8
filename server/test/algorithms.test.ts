// Owns what every algorithm must keep, run over the whole registry with its real development model. Names none of them.

import { readFile } from 'node:fs/promises';
import { jsonBytes } from '@predict-schemata/floats';
import { type AlgorithmName, algorithmFacts, algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyAlgorithm } from '../src/algorithms/algorithm.ts';
import { algorithms } from '../src/algorithms/index.ts';
import { decodeBody, decodeFile, isFailure } from '../src/decode/decode-body.ts';
import { developmentModelPath } from '../src/development-model-path.ts';
import { MAX_DESCRIPTION_LENGTH } from '../src/errors.ts';
import { type Engine, startEngine } from '../src/infer/engine.ts';
import { readModelFacts } from '../src/infer/model-file.ts';

interface Validators {
  readonly Instance: (value: unknown) => boolean;
  readonly Prediction: (value: unknown) => boolean;
}

describe.each(algorithmNames)('%s', (name) => {
  const algorithm = algorithms[name];
  const { inputLength, outputLength } = algorithm.model;
  let sample: Buffer;
  let validators: Validators;
  let engine: Engine;

  beforeAll(async () => {
    sample = await readFile(`fixtures/${algorithmFacts[name].sample}`);
    validators = await import(`@predict-schemata/generated/ts/${name}.validators.gen.mjs`);
    engine = startEngine({
      modelPath: developmentModelPath('.cache', name),
      signature: algorithm.model,
      workers: 1,
      threadsPerWorker: 1,
      maxBatch: 4,
      maxQueue: 16,
    });
    await engine.ready;
  });
  afterAll(() => engine.close());

  const compute = (rows: readonly Float32Array[]): Promise<Float32Array[]> => {
    const reservation = engine.reserve(rows.length);
    if (reservation === undefined) throw new Error('The queue of this test is too small.');
    return Promise.all(
      rows.map((input) => engine.submit(reservation, { input, deadlineAtMs: performance.now() + 20_000 })),
    );
  };

  test('is registered under its own name', () => {
    expect(algorithm.name).toBe(name);
  });

  test('its development model says whose it is and that it is one', async () => {
    const { metadata } = await readModelFacts(developmentModelPath('.cache', name));
    expect(metadata).toMatchObject({ algorithm: name, development: 'true' });
    expect(metadata['display_name']).toContain('untrained');
  });

  test('its sample becomes a row, and the row a prediction that keeps the contract', async () => {
    const row = rowOf(decodeFile(sample, algorithm, {}));
    expect(row).toHaveLength(inputLength);
    const [output] = await compute([row]);
    expect(output).toHaveLength(outputLength);
    const sent = jsonBytes(algorithm.encode(output ?? new Float32Array())).toString();
    expect(validators.Prediction(JSON.parse(sent))).toBe(true);
  });

  test('a row’s result depends neither on its neighbours nor on its place', async () => {
    const rows = [
      rowOf(decodeFile(sample, algorithm, {})),
      noise(inputLength),
      new Float32Array(inputLength),
      noise(inputLength).map((value) => value * 1e3),
    ];
    const alone: Float32Array[] = [];
    for (const row of rows) alone.push(...(await compute([row])));
    expect(await compute(rows)).toEqual(alone);
    expect(await compute(rows.toReversed())).toEqual(alone.toReversed());
  });

  test.each(oddInstances(name))('parser and contract agree on %s', (_title, instance) => {
    const decoded =
      decodeBody(new TextEncoder().encode(JSON.stringify({ instances: [instance] })), algorithm, { maxInstances: 1 })
        .instances[0] ?? {};
    // What decoding refuses was right by the contract: the schema does not look inside a file.
    const refusedByShape =
      isFailure(decoded) &&
      !['INVALID_AUDIO', 'UNSUPPORTED_AUDIO', 'UNSUPPORTED_SAMPLE_RATE', 'WRONG_SAMPLE_COUNT'].includes(decoded.reason);
    expect(refusedByShape).toBe(!validators.Instance(instance));
    if (isFailure(decoded)) expect(decoded.description.length).toBeLessThanOrEqual(MAX_DESCRIPTION_LENGTH);
  });
});

function rowOf(decoded: ReturnType<typeof decodeFile>): Float32Array {
  if (decoded instanceof Float32Array) return decoded;
  throw new Error(`The sample was refused: ${decoded.description}`);
}

/** A fixed pseudo-random row in −1…1. */
function noise(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647) * 2 - 1;
  });
}

/** Instances made from the algorithm's own shape: each variant as it should be, and wrong in every way that is easy to make. */
function oddInstances(name: AlgorithmName): [title: string, instance: unknown][] {
  const { requestShape }: AnyAlgorithm = algorithms[name];
  const right = requestShape.variants.map((variant) => ({
    variant,
    instance: Object.fromEntries(variant.required.map((field) => [field, exampleOf(variant.properties[field])])),
  }));
  const wrongValues: [string, unknown][] = [
    ['null', null],
    ['a list', []],
    ['true', true],
    ['a number', 7],
    ['an object', {}],
    ['empty text', ''],
    ['long text', 'x'.repeat(10_000)],
    ['nested lists', [[1]]],
  ];
  return [
    ...wrongValues.map(([title, value]): [string, unknown] => [`${title} as the instance`, value]),
    ...right.flatMap(({ variant, instance }): [string, unknown][] => [
      [variant.name, instance],
      [`${variant.name} with an unknown field`, { ...instance, extensions: {} }],
      ...Object.keys(variant.properties).flatMap((field) =>
        wrongValues.map(([title, value]): [string, unknown] => [
          `${variant.name} with ${title} as ${field}`,
          { ...instance, [field]: value },
        ]),
      ),
    ]),
    ...(right.length > 1
      ? [['all variants at once', Object.assign({}, ...right.map(({ instance }) => instance))] as [string, unknown]]
      : []),
  ];
}

function exampleOf(shape: AnyAlgorithm['requestShape']['variants'][number]['properties'][string] | undefined): unknown {
  switch (shape?.kind) {
    case 'float-array':
      return new Array(shape.minItems).fill(0);
    case 'bytes':
      return 'UklGRg==';
    case 'string':
      return shape.enum?.[0] ?? 'gs://bucket/object';
    case 'boolean':
      return true;
    default:
      return shape?.minimum ?? 1;
  }
}
