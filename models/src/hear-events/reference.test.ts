// Holds the event detector's front end and its development model to numbers that NumPy computed in float64 without either; how stands in
// fixtures/scripts/event_scores.py.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeClip } from '@predict-schemata/audio';
import { describe, expect, test } from 'vitest';
import reference from '../../../fixtures/hear-events/reference/scores.json' with { type: 'json' };
import { loadModel } from '../../test/run-model.ts';
import { compare } from '../compare.ts';
import { buildHearEventsDevelopmentModel } from '../development/hear-events.ts';
import { CLIP_SAMPLES, SAMPLE_RATE_HZ } from '../front-end/settings.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { encodeModel } from '../onnx/wire-format.ts';
import { addEventFrontEnd, BANDS, STEPS } from './front-end.ts';

const FORM = {
  sampleRateHz: SAMPLE_RATE_HZ,
  sampleCount: CLIP_SAMPLES,
  minSampleRateHz: 4_000,
  maxSampleRateHz: 192_000,
};
const clipOf = (file: string) =>
  decodeClip(readFileSync(fileURLToPath(new URL(`../../../fixtures/${file}`, import.meta.url))), FORM);

function frontEndAlone(): Uint8Array {
  const graph = new GraphBuilder('front-end');
  graph.output(addEventFrontEnd(graph, graph.input('x', ['N', CLIP_SAMPLES])), ['N', STEPS, BANDS]);
  return encodeModel(graph.build());
}

const runFrontEnd = await loadModel(frontEndAlone());
const runModel = await loadModel(buildHearEventsDevelopmentModel());

/** Measured: 9e-6 in the spectrograms, 7e-6 in the scores; float32 against float64. */
const SPECTROGRAM_TOLERANCE = 5e-5;
const SCORE_TOLERANCE = 5e-5;

describe.each(reference.entries)('$file', ({ file, scores, indices, values, l2 }) => {
  const clip = clipOf(file);

  test('has the spectrogram of the reference', async () => {
    const [spectrogram = new Float32Array()] = await runFrontEnd([clip]);
    const at = indices.map((index) => spectrogram[index] ?? Number.NaN);
    expect(compare(at, values).maxAbsolute).toBeLessThan(SPECTROGRAM_TOLERANCE);
    expect(Math.abs(Math.hypot(...spectrogram) - l2)).toBeLessThan(SPECTROGRAM_TOLERANCE * Math.sqrt(STEPS * BANDS));
  });

  test('has the scores of the reference', async () => {
    const [got = new Float32Array()] = await runModel([clip]);
    expect(compare(got, scores).maxAbsolute).toBeLessThan(SCORE_TOLERANCE);
  });
});
