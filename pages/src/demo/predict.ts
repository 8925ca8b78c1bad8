// Owns sending the chosen windows and noting what became of each. Works through the client that other pages use, too. Must not know
// how anything looks.
import type { Outcome, Placed, Session } from './session.ts';

/** What is known of the calls that were just made. */
export interface Sent {
  readonly placed: readonly Placed[];
  readonly modelDisplayName: string;
  readonly deployedModelId: string;
  /** From the first byte to the last answer, as this browser saw it. */
  readonly elapsedMs: number;
  /** Time by stage of the server, added up over the calls. */
  readonly serverTiming: Readonly<Record<string, number>>;
  readonly calls: number;
}

export interface SendOptions {
  readonly client: PredictSchemata.Client;
  readonly algorithm: PredictSchemata.AlgorithmName;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PredictSchemata.Progress) => void;
}

/** A person waits and can cancel; a hundred clips on a large model and a small machine take minutes. */
const DEADLINE_MS = 600_000;

/** Sends all windows that wait. Undefined when none does. Rejects with a PredictError, and then they wait again. */
export async function sendPending(session: Session, options: SendOptions): Promise<Sent | undefined> {
  const { client, algorithm, signal, onProgress } = options;
  const placed = session.pending();
  if (placed.length === 0) return undefined;
  const settle = (outcomes: (index: number) => Outcome): void =>
    session.settle(placed.map((each, index) => ({ placed: each, outcome: outcomes(index) })));
  settle(() => ({ state: 'sending' }));
  const start = performance.now();
  try {
    const files = placed.map((each) => wavOf(session, each));
    const answer = await client.predictSounds(algorithm, files, { signal, onProgress, deadlineMs: DEADLINE_MS });
    settle((index) => outcomeOf(answer.predictions[index]));
    return {
      placed,
      modelDisplayName: answer.modelDisplayName ?? '',
      deployedModelId: answer.deployedModelId ?? '',
      elapsedMs: performance.now() - start,
      serverTiming: answer.serverTiming,
      calls: answer.calls,
    };
  } catch (error) {
    settle(() => ({ state: 'new' }));
    throw error;
  }
}

/** The file that is sent, played and given out for a window: 16-bit where that loses nothing, else 32-bit floats. */
export function wavOf(session: Session, placed: Placed): Uint8Array<ArrayBuffer> {
  return window.PredictSchemata.encodeWav(session.clipOf(placed), session.form.sampleRateHz);
}

function outcomeOf(prediction: PredictSchemata.Prediction | undefined): Outcome {
  if (prediction === undefined) throw new Error('The client gave fewer predictions than sounds. This is a bug.');
  if (prediction.error !== undefined) return { state: 'failed', ...prediction.error };
  return { state: 'done', values: prediction.values };
}
