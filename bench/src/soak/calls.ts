// Owns the kinds of calls that the soak is made of: what each sends, and what must come back. Must not know how often each is made.
import { base64Of, type Clip, fileOf, floatsOf, isEmbeddingOf, newClip, SAMPLE_COUNT } from './clip.ts';
import type { Reply, Wire } from './exchange.ts';
import { scaleOfName } from './served-models.ts';
import { CLIPS_IN_STORAGE, gsUri } from './stored-clips.ts';

const PREDICT = '/v1/projects/demo/locations/us-central1/endpoints/hear:predict';
const JSON_TYPE = { 'content-type': 'application/json' };

export interface PreparedCall {
  readonly wire: Wire;
  /** Undefined when the answer is right, else what is wrong with it. `scales` are those of the models that may have computed it. */
  judge(reply: Reply, scales: ReadonlySet<number>): string | undefined;
}

/** What one prediction must be: the embedding of a clip, or an error with this reason. */
type Wanted = Clip | { readonly reason: string };

const isClip = (wanted: Wanted): wanted is Clip => 'front' in wanted;

/** One to `most` of them. */
function some<T>(most: number, make: () => T): T[] {
  return Array.from({ length: 1 + Math.floor(Math.random() * most) }, make);
}

function predictCall(
  instances: readonly object[],
  wanted: readonly Wanted[],
  manners: Partial<Wire> = {},
): PreparedCall {
  return {
    wire: { path: PREDICT, headers: JSON_TYPE, body: Buffer.from(JSON.stringify({ instances })), ...manners },
    judge(reply) {
      if (reply.status !== 200) return notOk(reply);
      const { predictions, modelVersionId } = parse(reply);
      return judgePredictions(predictions, wanted, new Set([scaleOfName(modelVersionId)]));
    },
  };
}

export function bytesCall(): PreparedCall {
  const clips = some(4, newClip);
  return predictCall(
    clips.map((clip) => ({ input_bytes: base64Of(clip) })),
    clips,
  );
}

export function arrayCall(): PreparedCall {
  const clips = some(2, newClip);
  return predictCall(
    clips.map((clip) => ({ input_array: Array.from(floatsOf(clip)) })),
    clips,
  );
}

export function storageCall(): PreparedCall {
  const clips = some(2, () => CLIPS_IN_STORAGE[Math.floor(Math.random() * CLIPS_IN_STORAGE.length)] ?? newClip());
  return predictCall(
    clips.map((clip) => ({ gcs_uri: gsUri(CLIPS_IN_STORAGE.indexOf(clip)) })),
    clips,
  );
}

/** Good and bad instances in one call. */
export function mixedCall(): PreparedCall {
  const [first, last] = [newClip(), newClip()];
  return predictCall(
    [
      { input_bytes: base64Of(first) },
      { input_bytes: Buffer.from('no sound at all').toString('base64') },
      { gcs_uri: gsUri('missing') },
      {},
      { input_array: [1, 2, 3] },
      { gcs_uri: gsUri('broken') },
      { input_array: Array.from(floatsOf(last)) },
    ],
    [
      first,
      { reason: 'INVALID_AUDIO' },
      { reason: 'STORAGE_NOT_FOUND' },
      { reason: 'NO_INPUT' },
      { reason: 'INVALID_LENGTH' },
      { reason: 'STORAGE_UNAVAILABLE' },
      last,
    ],
  );
}

/** Body and answer in small pieces. */
export function slowCall(): PreparedCall {
  const clip = newClip();
  return predictCall([{ input_bytes: base64Of(clip) }], [clip], { pieces: 8, pauseMs: 120 });
}

/** Leaves while the body is sent, while it waits, or just as the answer comes. */
export function goneCall(): PreparedCall {
  const clip = newClip();
  const manners = Math.random() < 0.5 ? { pieces: 4, pauseMs: 5 } : {};
  return predictCall([{ input_bytes: base64Of(clip) }], [clip], { ...manners, leaveAfterMs: Math.random() * 25 });
}

/** The middle one keeps native code busy for so many rounds; its neighbours must not notice. */
export function poisonCall(rounds: number): PreparedCall {
  const [first, last] = [newClip(), newClip()];
  return predictCall(
    [{ input_bytes: base64Of(first) }, { input_array: Array.from(poison(rounds)) }, { input_bytes: base64Of(last) }],
    [first, { reason: 'INFERENCE_FAILED' }, last],
  );
}

/** Takes so many rounds and is answered as all others, if the server waits for it. */
export function longCall(rounds: number): Wire {
  const body = Buffer.from(JSON.stringify({ instances: [{ input_array: Array.from(poison(rounds)) }] }));
  return { path: PREDICT, headers: JSON_TYPE, body };
}

function poison(rounds: number): Float32Array {
  const samples = new Float32Array(SAMPLE_COUNT);
  samples[0] = rounds;
  return samples;
}

/** KServe's V1 protocol, whose answer names no version. */
export function kserveCall(): PreparedCall {
  const clips = some(2, newClip);
  const body = JSON.stringify({ instances: clips.map((clip) => ({ input_bytes: base64Of(clip) })) });
  return {
    wire: { path: '/v1/models/hear:predict', headers: JSON_TYPE, body: Buffer.from(body) },
    judge(reply, scales) {
      return reply.status === 200 ? judgePredictions(parse(reply)['predictions'], clips, scales) : notOk(reply);
    },
  };
}

/** The Open Inference Protocol with its binary tensors, both ways. */
export function tensorCall(): PreparedCall {
  const clips = some(3, newClip);
  const rows = clips.map((clip) => Buffer.from(floatsOf(clip).buffer));
  const [input, shape] = [{ name: 'x', datatype: 'FP32' }, [clips.length, SAMPLE_COUNT]];
  const size = rows.reduce((sum, row) => sum + row.byteLength, 0);
  const head = Buffer.from(
    JSON.stringify({
      inputs: [{ ...input, shape, parameters: { binary_data_size: size } }],
      outputs: [{ name: 'embedding', parameters: { binary_data: true } }],
    }),
  );
  return {
    wire: {
      path: '/v2/models/hear/infer',
      headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) },
      body: Buffer.concat([head, ...rows]),
    },
    judge(reply) {
      if (reply.status !== 200) return notOk(reply);
      const headLength = Number(reply.headers['inference-header-content-length']);
      const { model_version: version } = JSON.parse(reply.body.toString('utf8', 0, headLength));
      // Copied, since a Float32Array needs an offset that four divides.
      const numbers = new Float32Array(Uint8Array.from(reply.body.subarray(headLength)).buffer);
      const length = numbers.length / clips.length;
      const predictions = clips.map((_, row) => ({ embedding: numbers.slice(row * length, (row + 1) * length) }));
      return judgePredictions(predictions, clips, new Set([scaleOfName(version)]));
    },
  };
}

const INSTANCES = { instances: [{ input_bytes: fileOf(newClip()).toString('base64') }] };
/** Calls that are wrong as a whole, and the status that says so. */
const REFUSED: readonly (Wire & { readonly want: number; readonly json?: unknown })[] = [
  { path: PREDICT, headers: JSON_TYPE, body: Buffer.from('{"instances": [{"input_bytes": "AAAA"'), want: 400 },
  { path: PREDICT, headers: JSON_TYPE, body: Buffer.alloc(300_000, '[1,'), want: 400 },
  { path: PREDICT, headers: JSON_TYPE, json: { instances: [] }, want: 400 },
  { path: PREDICT, headers: JSON_TYPE, json: { ...INSTANCES, extra: true }, want: 400 },
  { path: PREDICT, headers: JSON_TYPE, json: { instances: Array.from({ length: 65 }, () => ({})) }, want: 413 },
  { path: PREDICT, headers: { ...JSON_TYPE, authorization: 'Bearer wrong' }, json: INSTANCES, want: 401 },
  { path: PREDICT, headers: { 'content-type': 'text/plain' }, json: INSTANCES, want: 415 },
  { path: PREDICT.replace('hear', 'nobody'), headers: JSON_TYPE, json: INSTANCES, want: 404 },
  { path: PREDICT, method: 'GET', want: 405 },
  { path: '/v2/models/hear/infer', headers: JSON_TYPE, json: INSTANCES, want: 400 },
  { path: '/v2/models/hear', method: 'GET', want: 200 },
];

export function refusedCall(): PreparedCall {
  const { want, json, ...wire } = REFUSED[Math.floor(Math.random() * REFUSED.length)] ?? { path: '/', want: 404 };
  return {
    wire: { ...wire, ...(json !== undefined && { body: Buffer.from(JSON.stringify(json)) }) },
    judge: ({ status }) => (status === want ? undefined : `expected status ${want} from ${wire.path}, got ${status}`),
  };
}

function judgePredictions(
  predictions: unknown,
  wanted: readonly Wanted[],
  scales: ReadonlySet<number>,
): string | undefined {
  if (!Array.isArray(predictions) || predictions.length !== wanted.length) {
    return `expected ${wanted.length} predictions, got ${Array.isArray(predictions) ? predictions.length : typeof predictions}`;
  }
  for (const [index, want] of wanted.entries()) {
    const got = predictions[index];
    if (!isClip(want)) {
      if (got?.error?.reason !== want.reason) {
        return `prediction ${index}: expected the error ${want.reason}, got ${got?.error?.reason ?? Object.keys(got ?? {})}`;
      }
    } else if (![...scales].some((scale) => isEmbeddingOf(want, scale, got?.embedding))) {
      return `prediction ${index}: expected the clip's own embedding, got ${got?.error?.reason ?? 'other numbers'}`;
    }
  }
  return undefined;
}

function notOk({ status, body }: Reply): string {
  return `expected status 200, got ${status}: ${body.toString('utf8', 0, 300)}`;
}

/** Whatever it is, it is looked at member by member. */
function parse({ body }: Reply): { predictions?: unknown; modelVersionId?: unknown } {
  return JSON.parse(body.toString());
}
