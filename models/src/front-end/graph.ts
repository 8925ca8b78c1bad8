// Owns the front end as ONNX nodes: samples in, energy-normalised mel spectrogram out. Must not know what follows it.
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { encodeModel } from '../onnx/wire-format.ts';
import { resizeMatrix, smoothingMatrix } from './matrices.ts';
import { addMelEnergies } from './mel-energies.ts';
import { CLIP_SAMPLES, MEL_BANDS, PCEN, RANGE_FLOOR, RESIZED_FRAMES } from './settings.ts';

/**
 * Adds the front end to a graph. `clips` names a value `[N, 32000]`; returns the name of `[N, 192, 128]`, time before mel
 * bands. No node looks across clips, so a clip's result does not depend on its neighbours in the batch. `addEnergies` is for
 * measuring other ways to the same energies.
 */
export function addFrontEnd(graph: GraphBuilder, clips: string, addEnergies = addMelEnergies): string {
  const samples = addScaling(graph, clips);
  const energies = addEnergies(graph, samples);
  const normalised = addEnergyNormalisation(graph, energies);
  return graph.node('MatMul', [graph.matrix('resize', resizeMatrix()), normalised], {}, { name: 'spectrogram' });
}

/** The front end alone as an ONNX file: `x` `[N, 32000]` to `spectrogram` `[N, 192, 128]`. */
export function buildFrontEndModel(addEnergies = addMelEnergies): Uint8Array {
  const graph = new GraphBuilder('front-end');
  const spectrogram = addFrontEnd(graph, graph.input('x', ['N', CLIP_SAMPLES]), addEnergies);
  graph.output(spectrogram, ['N', RESIZED_FRAMES, MEL_BANDS]);
  return encodeModel(graph.build());
}

/** Scales each clip to -1 … 1. The range is found as max - min, which rounds as the largest of all (sample - min) does. */
function addScaling(graph: GraphBuilder, clips: string): string {
  const alongTime = graph.integers([1]);
  const lowest = graph.node('ReduceMin', [clips, alongTime]);
  const range = graph.node('Sub', [graph.node('ReduceMax', [clips, alongTime]), lowest]);
  const divisor = graph.node('Add', [range, graph.scalar(RANGE_FLOOR)]);
  const unit = graph.node('Div', [graph.node('Sub', [clips, lowest]), divisor]);
  const doubled = graph.node('Mul', [unit, graph.scalar(2)]);
  return graph.node('Sub', [doubled, graph.scalar(1)]);
}

/** Divides each energy by the power of its smoothed past, then compresses; exp and log are faster than Pow. */
function addEnergyNormalisation(graph: GraphBuilder, energies: string): string {
  const smoothed = graph.node('MatMul', [graph.matrix('smoothing', smoothingMatrix()), energies]);
  const lifted = graph.node('Add', [smoothed, graph.scalar(PCEN.floor)]);
  const exponent = graph.node('Mul', [graph.node('Log', [lifted]), graph.scalar(-PCEN.alpha)]);
  const gained = graph.node('Mul', [energies, graph.node('Exp', [exponent])]);
  // The root is 2: Sqrt.
  const root = graph.node('Sqrt', [graph.node('Add', [gained, graph.scalar(PCEN.delta)])]);
  return graph.node('Sub', [root, graph.scalar(Math.sqrt(PCEN.delta))]);
}
