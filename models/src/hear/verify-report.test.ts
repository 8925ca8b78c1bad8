// Shows the report of a verification on a device, which the tests' machines do not have.
import { expect, test } from 'vitest';
import { toReport } from './verify-report.ts';

const comparison = { maxAbsolute: 1e-3, maxRelative: 1e-2, relativeNorm: 5e-4, cosine: 1 - 2e-7 };

test('on a device clips are judged in batches of the same size, and how far another size is off stands beside it', () => {
  const report = toReport('hear.onnx', {
    variant: 'fp16',
    executionProvider: 'cuda',
    modelSha256: 'abc',
    metadata: { display_name: 'HeAR', form: 'fused' },
    problems: [],
    clips: [{ sound: 'cough.wav', neighbourDifference: 0, otherSize: comparison, passed: true }],
    passed: true,
  }).replaceAll(/ +/g, ' ');
  expect(report).toContain('| Model | hear.onnx: HeAR, fp16, fused |');
  expect(report).toContain('the same bits whatever stands beside a clip in a batch; within the limits alone |');
  expect(report).toMatch(/onnxruntime \S+, execution provider cuda, Node/);
  expect(report).toMatch(/\| among others \| alone: 1 - cosine \| \|/);
  expect(report).toMatch(/\| cough\.wav \| \| \| \| \| same bits \| 2\.00e-7 \| \|/);
});
