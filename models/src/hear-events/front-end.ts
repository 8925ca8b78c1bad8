// Owns a front end for the event detector as ONNX nodes: samples in, energy-normalised mel spectrogram out. Upstream states its
// form (200 steps of time, 48 mel bands, PCEN) and not its constants; those here are the papers'. Must not know what follows it.
import { addMelEnergies } from '../front-end/mel-energies.ts';
import { FRAMES, MEL_BANDS } from '../front-end/settings.ts';
import { matrixOf } from '../matrix.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';

/** Steps of time, 10 ms each, and mel bands: event_detector/README.md of google/hear. */
export const STEPS = FRAMES;
export const BANDS = 48;

/** Per-channel energy normalisation with the constants of the paper that introduced it (arXiv 1607.05666, section 2), by its names. */
const PCEN = { smoothing: 0.025, alpha: 0.98, delta: 2, root: 0.5, floor: 1e-6 } as const;

/** Added to a clip's largest sample before dividing by it, so that silence divides by something. */
const PEAK_FLOOR = 1e-8;

/**
 * Adds the front end to a graph. `clips` names a value `[N, 32000]`; returns the name of `[N, 200, 48]`, time before mel bands.
 * Each clip is scaled to its own peak, so that no sample overflows. No node looks across clips.
 */
export function addEventFrontEnd(graph: GraphBuilder, clips: string): string {
  const loudest = graph.node('ReduceMax', [graph.node('Abs', [clips]), graph.integers([1])]);
  const divisor = graph.node('Add', [loudest, graph.scalar(PEAK_FLOOR)]);
  const fine = addMelEnergies(graph, graph.node('Div', [clips, divisor]));
  const energies = graph.node('MatMul', [fine, graph.matrix('bands', bandMatrix())]);
  const smoothed = graph.node('MatMul', [graph.matrix('smoothing', smoothingMatrix()), energies]);
  const lifted = graph.node('Add', [smoothed, graph.scalar(PCEN.floor)]);
  const exponent = graph.node('Mul', [graph.node('Log', [lifted]), graph.scalar(-PCEN.alpha)]);
  const gained = graph.node('Mul', [energies, graph.node('Exp', [exponent])]);
  // The root is a half: Sqrt.
  const root = graph.node('Sqrt', [graph.node('Add', [gained, graph.scalar(PCEN.delta)])]);
  return graph.node('Sub', [root, graph.scalar(PCEN.delta ** PCEN.root)], {}, { name: 'spectrogram' });
}

/** Triangles over HeAR's finer mel bands, which are evenly spaced in mel too: 128 bands become 48. */
function bandMatrix() {
  const step = (MEL_BANDS + 1) / (BANDS + 1);
  return matrixOf(MEL_BANDS, BANDS, (fine, band) => Math.max(0, 1 - Math.abs((fine + 1) / step - (band + 1))));
}

/** The smoother as one matrix over time: M[0] = E[0] and M[t] = s E[t] + (1 - s) M[t - 1]. */
function smoothingMatrix() {
  return matrixOf(STEPS, STEPS, (now, then) => {
    if (then > now) return 0;
    return (then === 0 ? 1 : PCEN.smoothing) * (1 - PCEN.smoothing) ** (now - then);
  });
}
