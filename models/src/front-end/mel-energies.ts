// Owns the way from samples to mel energies as ONNX nodes: framing, Fourier transform, mel bands. It takes most of the front
// end's time. Must not know how samples were scaled nor what the energies are for.
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { fourierBases, melMatrix } from './matrices.ts';
import { CLIP_SAMPLES, FRAME_SAMPLES, FRAMES, HOP_SAMPLES } from './settings.ts';

/** Half a frame, the length to which the Fourier transform's symmetry folds a frame. */
const FOLDED_SAMPLES = FRAME_SAMPLES / 2;
/** Largest block of which both a hop and half a frame are whole numbers; frames are gathered block by block. */
const BLOCK_SAMPLES = 40;
const FOLDED_BLOCKS = FOLDED_SAMPLES / BLOCK_SAMPLES;
const HOP_BLOCKS = HOP_SAMPLES / BLOCK_SAMPLES;
/** Samples from the first one of the first half frame to the last one of the last half frame. */
const HALVES_SPAN_SAMPLES = (FRAMES - 1) * HOP_SAMPLES + FOLDED_SAMPLES;

/**
 * Mel energies `[N, 200, 128]`. The Fourier transform is a product with constant bases; cosines are even and sines odd about
 * the middle of a frame, and so is the window, so that a frame folded there needs half of the multiplications.
 * Measured with onnxruntime-node 1.30 on 2 shared cores of an Intel Xeon with AVX-512 and AMX, one thread, median ms of the
 * front end per clip, in calls of one and of eight clips: folded 0.78 and 0.70; whole frames by Gather 0.96 and 0.84, by Slice
 * and Concat 0.99 and 0.89; Conv 1.10 and 0.92; a product for each hop, summed, 1.13 and 1.01. `bench/front-end.ts` repeats
 * the comparison of the first with the third.
 */
export function addMelEnergies(graph: GraphBuilder, samples: string): string {
  const backwards = graph.node('Slice', [
    samples,
    graph.integers([-1]),
    graph.integers([-CLIP_SAMPLES - 1]),
    graph.integers([1]),
    graph.integers([-1]),
  ]);
  // Samples 1 … 200 of each frame, and samples 399 … 200, which in the reversed clip stand in order too.
  const rising = addHalfFrames(graph, samples, -1, (frame) => HOP_BLOCKS * frame);
  const reach = (FRAMES - 1) * HOP_SAMPLES + FRAME_SAMPLES - CLIP_SAMPLES;
  const falling = addHalfFrames(graph, backwards, reach, (frame) => HOP_BLOCKS * (FRAMES - 1 - frame));

  const { cosines, sines } = fourierBases();
  const even = graph.node('MatMul', [graph.node('Add', [rising, falling]), graph.matrix('cosines', cosines)]);
  const odd = graph.node('MatMul', [graph.node('Sub', [rising, falling]), graph.matrix('sines', sines)]);
  const power = graph.node('Add', [graph.node('Mul', [even, even]), graph.node('Mul', [odd, odd])]);
  const mel = melMatrix();
  // The bins of 0 Hz and of half the sample rate have no weight in any band: bases and weights leave them out.
  const inner = { ...mel, rows: mel.rows - 2, values: mel.values.slice(mel.columns, -mel.columns) };
  return graph.node('MatMul', [power, graph.matrix('mel', inner)], {}, { name: 'energies' });
}

/**
 * Cuts `[N, 32000]` into the half frames `[N, 200, 200]`: zeros are added before the signal (a negative number removes
 * samples) and behind it, and each frame takes the blocks that begin at `firstBlock(frame)`.
 */
function addHalfFrames(
  graph: GraphBuilder,
  signal: string,
  padBefore: number,
  firstBlock: (frame: number) => number,
): string {
  const padBehind = HALVES_SPAN_SAMPLES - CLIP_SAMPLES - padBefore;
  const padded = graph.node('Pad', [signal, graph.integers([0, padBefore, 0, padBehind])]);
  const blockShape = graph.integers([-1, HALVES_SPAN_SAMPLES / BLOCK_SAMPLES, BLOCK_SAMPLES]);
  const blocks = graph.node('Reshape', [padded, blockShape]);
  const taken = Array.from(
    { length: FRAMES * FOLDED_BLOCKS },
    (_, place) => firstBlock(Math.floor(place / FOLDED_BLOCKS)) + (place % FOLDED_BLOCKS),
  );
  const gathered = graph.node('Gather', [blocks, graph.integers(taken)], { axis: { int: 1 } });
  return graph.node('Reshape', [gathered, graph.integers([-1, FRAMES, FOLDED_SAMPLES])]);
}
