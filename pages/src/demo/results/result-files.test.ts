import { expect, test } from 'vitest';
import { shortestDouble } from './float32-text.ts';
import { csvText, jsonText, npyBytes, type ResultFacts, type SentWindow } from './result-files.ts';

const FACTS: ResultFacts = {
  algorithm: 'example',
  model: 'A model',
  deployedModelId: 'example-1',
  sampleRateHz: 16_000,
  resultField: 'embedding',
  resultNames: [],
  resultLength: 2,
};
const WINDOWS: SentWindow[] = [
  { clip: 'a, "b".wav', startSeconds: 0, endSeconds: 2, values: Float32Array.of(0.1, -3) },
  {
    clip: '=SUM(A1)',
    startSeconds: 1.25,
    endSeconds: 3.25,
    error: { reason: 'INVALID_AUDIO', description: 'Expected sound,\ngot none.' },
  },
];

test('floats are written short, and read back as the same float', () => {
  for (const value of [0.1, 1 / 3, 1e-45, 3.4028234663852886e38, 16_777_217, 1.17549435e-38]) {
    const float = Math.fround(value);
    expect(Math.fround(Number(String(shortestDouble(float))))).toBe(float);
  }
  expect(String(shortestDouble(Math.fround(0.1)))).toBe('0.1');
});

test('JSON has the contract’s names, and what was wrong', () => {
  expect(JSON.parse(jsonText(WINDOWS, FACTS))).toEqual({
    algorithm: 'example',
    model: 'A model',
    deployedModelId: 'example-1',
    sampleRateHz: 16_000,
    clips: [
      { clip: 'a, "b".wav', startSeconds: 0, endSeconds: 2, embedding: [0.1, -3] },
      { clip: '=SUM(A1)', startSeconds: 1.25, endSeconds: 3.25, error: WINDOWS[1]?.error },
    ],
  });
});

test('JSON has named numbers by name', () => {
  const facts = { ...FACTS, resultField: 'scores', resultNames: ['cough', 'snore'] };
  expect(JSON.parse(jsonText(WINDOWS.slice(0, 1), facts)).clips[0].scores).toEqual({ cough: 0.1, snore: -3 });
});

test('CSV quotes what must be quoted, and hides formulas from spreadsheets', () => {
  expect(csvText(WINDOWS, FACTS)).toBe(
    [
      'clip,start_seconds,end_seconds,error_reason,error_description,embedding_0,embedding_1',
      '"a, ""b"".wav",0,2,,,0.1,-3',
      '\'=SUM(A1),1.25,3.25,INVALID_AUDIO,"Expected sound,\ngot none.",,',
      '',
    ].join('\r\n'),
  );
  expect(csvText([], { ...FACTS, resultNames: ['cough', 'snore'] })).toContain('error_description,cough,snore\r\n');
});

test('NumPy’s rows keep their places', () => {
  const file = npyBytes(WINDOWS, FACTS);
  const numbers = new Float32Array(file.buffer.slice(file.length - 16));
  expect([...numbers]).toEqual([Math.fround(0.1), -3, Number.NaN, Number.NaN]);
});
