// Shows the measurement of a device with the CPU in its place, and its report: what is measured, who wins, and what happens to batches that
// the device has no memory for. No time is judged.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeSmallHear } from '../../test/small-hear.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { importHear } from '../hear/import-hear.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { encodeModel } from '../onnx/wire-format.ts';
import { benchOnDevice, type DeviceModelSpeed, usualBatches } from './bench-on-device.ts';
import { toDeviceJson, toDeviceText } from './device-report.ts';

const root = temporaryFolder('bench-on-device');
const at = (name: string) => join(root, name);

/** Takes one clip and, by its fixed shapes inside, no other number of them. */
function buildModelForOneClip(): Uint8Array {
  const graph = new GraphBuilder('one-clip');
  const clip = graph.node('Reshape', [graph.input('x', ['N', 32_000]), graph.integers([1, 32_000])]);
  graph.node('Abs', [clip], {}, { output: 'y' });
  graph.output('y', ['N', 32_000]);
  return encodeModel(graph.build());
}

beforeAll(async () => {
  const folder = writeSmallHear(at('download'));
  await importHear({ folder, out: at('plain.onnx'), variant: 'fp16' });
  await importHear({ folder, out: at('fused.onnx'), variant: 'fp16', form: 'fused' });
  writeFileSync(at('one-clip.onnx'), buildModelForOneClip());
});

const bench = (models: readonly string[], batches: readonly number[]) => {
  const options = { executionProvider: 'cpu', rounds: 2, note: () => {} };
  return benchOnDevice({ ...options, models: models.map(at), batches });
};

test('two forms are measured by the clock in every batch, and one of them wins', async () => {
  const result = await bench(['plain.onnx', 'fused.onnx'], [1, 3]);
  const { executionProvider, models, winner } = result;
  expect(executionProvider).toBe('cpu');
  expect(models.map(({ file, variant, form }) => [file, variant, form])).toEqual([
    ['plain.onnx', 'fp16', 'plain'],
    ['fused.onnx', 'fp16', 'fused'],
  ]);
  for (const { batches, best, operations, gigaflops, failed } of models) {
    expect(batches.map(({ rows }) => rows)).toEqual([1, 3]);
    for (const { wallMs, clipsPerSecond } of batches) expect(clipsPerSecond).toBeCloseTo(1000 / wallMs, 6);
    expect(best.clipsPerSecond).toBe(Math.max(...batches.map(({ clipsPerSecond }) => clipsPerSecond)));
    expect(operations).toBeGreaterThan(79e6);
    expect(gigaflops).toBeCloseTo(((operations ?? 0) * best.clipsPerSecond) / 1e9, 6);
    expect(failed).toBeUndefined();
  }
  expect(models[0]?.timesTheFirst).toBe(1);
  const fastest = models.toSorted((a, b) => b.best.clipsPerSecond - a.best.clipsPerSecond)[0];
  expect(winner).toBe(fastest?.file);
  expect(JSON.parse(toDeviceJson(result))).toMatchObject({ machine: { gpus: expect.any(Array) }, models: [{}, {}] });
  expect(toDeviceJson(result)).not.toContain(root);
});

test('a batch that fails is said, and keeps nothing else from being measured', async () => {
  const result = await bench(['one-clip.onnx', 'plain.onnx'], [1, 2, 4]);
  const [oneClip, plain] = result.models;
  expect(oneClip?.batches.map(({ rows }) => rows)).toEqual([1]);
  expect(oneClip?.failed).toMatchObject({ rows: [2, 4], problem: expect.stringContaining('Reshape') });
  expect(plain?.batches.map(({ rows }) => rows)).toEqual([1, 2, 4]);
  expect(toDeviceText(result)).toMatch(/one-clip\.onnx did not compute batches of 2, 4: .*Reshape/);
});

test('a model that computes no batch at all is refused', async () => {
  await expect(bench(['one-clip.onnx'], [2])).rejects.toThrow(
    'Model one-clip.onnx: expected it to compute some batch, but got:',
  );
});

test('a GPU is tried with batches up to 64', () => {
  expect(usualBatches('cpu')).toEqual([1, 2, 4, 8]);
  expect(usualBatches('cuda')).toEqual([1, 2, 4, 8, 16, 32, 64]);
});

describe('the report', () => {
  const speed = (file: string, form: 'plain' | 'fused', clipsPerSecond: number): DeviceModelSpeed => {
    const best = { rows: 64, wallMs: 1000 / clipsPerSecond, clipsPerSecond };
    const small = { rows: 1, wallMs: 10_000 / clipsPerSecond, clipsPerSecond: clipsPerSecond / 10 };
    return {
      ...{
        file,
        variant: 'fp16',
        form,
        bytes: 1,
        best,
        batches: [small, best],
        recommendedBatch: 32,
        failed: undefined,
      },
      ...{ timesTheFirst: clipsPerSecond / 1000, operations: undefined, gigaflops: undefined },
    };
  };

  test('says who won, by which form, and how to serve it', () => {
    const models = [speed('a.onnx', 'plain', 1000), speed('b.onnx', 'fused', 1500)];
    const text = toDeviceText({ executionProvider: 'cuda', models, winner: 'b.onnx' });
    expect(text).toContain('execution provider cuda');
    expect(text).toMatch(/^\| b\.onnx \| fp16 +\| fused \| 1500 +\| 64 +\| 0\.667 +\| 1\.50 +\| unknown +\|$/m);
    expect(text).toMatch(/^\| 1 +\| 100 +\| 150 +\|$/m);
    expect(text).toContain('b.onnx (fp16, fused) computes most: 1500 clips per second.');
    expect(text).toContain('b.onnx: npm start -- --model b.onnx --execution-provider cuda --max-batch 32');
  });
});
