// Owns the yardstick for forms: a transformer as wide as HeAR's with two of its layers, seeded. Must not know what is advised.
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { encodeModel } from '../onnx/wire-format.ts';
import { uniformGenerator } from '../seeded-random.ts';
import { ARITHMETICS, MICROSOFT_DOMAIN } from '../vit/arithmetic.ts';
import type { VitShape } from '../vit/config.ts';
import { FORMS, type Kind } from '../vit/form.ts';
import { addVit } from '../vit/graph.ts';
import { inTurn, ONE_THREAD, openTimed } from './timed-session.ts';

/** One layer as all but the last are, and the last. */
const SHAPE: VitShape = {
  imageSize: [192, 128],
  patchSize: [16, 16],
  hiddenSize: 1024,
  layers: 2,
  heads: 16,
  intermediateSize: 4096,
  layerNormEpsilon: 1e-6,
  hasQkvBias: true,
  poolerSize: 512,
  poolerActivation: 'linear',
};

const [ROWS, COLUMNS] = SHAPE.imageSize;

/** Enough that a GPU has work, and few enough that a small one has room. */
const CLIPS = 8;

const ROUNDS = 10;

/** From `x` `[N, 192 · 128]` to `pooled` `[N, 512]`. */
export function buildSlice({ variant, form }: Kind): Uint8Array {
  const graph = new GraphBuilder('slice', { domains: { [MICROSOFT_DOMAIN]: 1 } });
  const image = graph.node('Reshape', [graph.input('x', ['N', ROWS * COLUMNS]), graph.integers([-1, ROWS, COLUMNS])]);
  const options = { shape: SHAPE, arithmetic: ARITHMETICS[variant], form: FORMS[form], read: seededTensors() };
  graph.node('Identity', [addVit(graph, image, options)], {}, { output: 'pooled' });
  graph.output('pooled', ['N', SHAPE.poolerSize]);
  return encodeModel(graph.build());
}

/** Tensors of one shape have the same numbers: what they are makes no difference to the time, and drawing them takes some. */
function seededTensors() {
  const uniform = uniformGenerator(1);
  const drawn = new Map<string, Float32Array>();
  return (_: string, shape: readonly number[]): Float32Array => {
    const key = shape.join('×');
    const length = shape.reduce((product, size) => product * size, 1);
    const values = drawn.get(key) ?? Float32Array.from({ length }, () => 0.06 * (uniform() - 0.5));
    drawn.set(key, values);
    return values;
  };
}

/** Milliseconds on the clock for a clip's slice, of each kind, in batches of eight on a provider; takes some seconds. */
export async function measureSlices(executionProvider: string, kinds: readonly Kind[]): Promise<number[]> {
  await using sessions = new AsyncDisposableStack();
  const row = new Float32Array(ROWS * COLUMNS).fill(0.5);
  const contestants: { run: () => ReturnType<Awaited<ReturnType<typeof openTimed>>['run']> }[] = [];
  for (const kind of kinds) {
    const session = sessions.use(await openTimed(buildSlice(kind), row, { ...ONE_THREAD, executionProvider }));
    contestants.push({ run: () => session.run(CLIPS) });
  }
  return (await inTurn(contestants, ROUNDS, 'wallMs')).map((ms) => ms / CLIPS);
}
