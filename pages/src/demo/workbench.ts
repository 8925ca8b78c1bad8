// Owns the life of the sounds on the page, from the file or the microphone to their results: brings the session and the parts of the
// page in step, and sends. Must not know how a server is found, nor an algorithm by name.
import { element } from '../shared/dom.ts';
import type { EndpointFacts } from '../shared/site.ts';
import { clientOf, type KnownAlgorithm } from './client.ts';
import { wordsOf } from './failure-words.ts';
import { type Sent, sendPending } from './predict.ts';
import type { ServerState } from './server-watch.ts';
import { Session } from './session.ts';
import { decodeFile, UnusableFileError } from './sound/decode-file.ts';
import { createAddSounds } from './view/add-sounds.ts';
import { createEditor } from './view/editor.ts';
import { counted } from './view/numbers.ts';
import { createRecordingList } from './view/recording-list.ts';
import { createResults } from './view/results.ts';
import { createSendBar } from './view/send-bar.ts';

export interface WorkbenchOptions {
  readonly algorithm: KnownAlgorithm;
  /** The endpoint's resource name. */
  readonly endpoint: string;
  /** Where the server is now, `http://host:port`. */
  server(): string;
  /** Asks the server's health once more. */
  look(): Promise<ServerState>;
  /** What the endpoint says of itself; undefined until it was asked. */
  facts(): EndpointFacts | undefined;
  /** Told when the server wants another token, with what it said. */
  onTokenRefused(message: string): void;
  /** Told of every answer. */
  onSent(sent: Sent): void;
}

export interface Workbench {
  readonly root: HTMLElement;
  /** Sends what a lost server or a refused token has held up, if anything. */
  resume(): void;
  /** Brings the page in step with changed facts. */
  refresh(): void;
}

/** A server that is ready and still loses calls is asked this often before the person is. */
const MAX_REPEATS = 3;

export function createWorkbench(options: WorkbenchOptions): Workbench {
  const { algorithm, endpoint } = options;
  const { sampleRateHz, sampleCount } = algorithm;
  const encode = (samples: Float32Array<ArrayBuffer>) => window.PredictSchemata.encodeWav(samples, sampleRateHz);
  const session = new Session({ sampleRateHz, sampleCount });
  let sent: Sent | undefined;
  let sending: AbortController | undefined;
  let isHeldUp = false;
  let repeats = 0;
  let recordings = 0;

  /** Gives whether the sound can be used. */
  const take = async (name: string, file: Blob): Promise<boolean> => {
    try {
      return session.add(name, await decodeFile(file, sampleRateHz));
    } catch (error) {
      if (!(error instanceof UnusableFileError)) throw error;
      session.refuse(name, error.message);
      return false;
    }
  };
  const takeAll = async (sounds: readonly { readonly name: string; readonly file: Blob }[]): Promise<void> => {
    // What is dropped need not be files.
    if (sounds.length === 0) return;
    let usable = 0;
    // One after another: in the order in which they were chosen, and decoded sound takes ten times the memory of a file.
    for (const { name, file } of sounds) usable += (await take(name, file)) ? 1 : 0;
    const refused = sounds.length - usable;
    const read = `${counted(usable, 'sound')} read.`;
    bar.say(refused === 0 ? read : `${read} ${counted(refused, 'file')} cannot be used: the list says why.`);
  };

  const add = createAddSounds(session.seconds(sampleCount), {
    files: (files) => void takeAll(files.map((file) => ({ name: file.name, file }))),
    recorded: (samples, rateHz) => {
      recordings += 1;
      // As a file, so that it is resampled as files are.
      const file = new Blob([window.PredictSchemata.encodeWav(samples, rateHz)]);
      void takeAll([{ name: `Recording ${recordings}`, file }]);
    },
  });
  const list = createRecordingList(session, () => add.focus());
  const editor = createEditor(session, encode);
  const results = createResults(session);
  const bar = createSendBar(
    algorithm.method ?? 'send',
    () => void send(),
    () => sending?.abort(),
  );

  const send = async (): Promise<void> => {
    if (sending !== undefined) return;
    isHeldUp = false;
    sending = new AbortController();
    bar.say('');
    bar.sending(0, session.pending().length);
    try {
      const client = clientOf(options.server(), endpoint);
      const onProgress = ({ done, total }: PredictSchemata.Progress) => bar.sending(done, total);
      const newest = await sendPending(session, {
        client,
        algorithm: algorithm.name,
        signal: sending.signal,
        onProgress,
      });
      repeats = 0;
      if (newest === undefined) return;
      const isOtherModel = sent !== undefined && sent.deployedModelId !== newest.deployedModelId;
      sent = newest;
      if (isOtherModel) session.forgetOthers(newest.placed);
      bar.say(isOtherModel ? `Another model answers now: send the other windows again. ${told(newest)}` : told(newest));
      options.onSent(newest);
    } catch (error) {
      const { text, remedy } = wordsOf(error);
      bar.say(text, true);
      isHeldUp = remedy !== 'none';
      if (remedy === 'token') options.onTokenRefused(text);
      if (remedy === 'wait') void options.look().then(repeat);
    } finally {
      sending = undefined;
      bar.ended();
      refresh();
    }
  };
  const told = ({ placed }: Sent): string => {
    const outcomes = new Map(session.answered().map(({ window: { id, outcome } }) => [id, outcome.state]));
    const failed = placed.filter(({ window: { id } }) => outcomes.get(id) === 'failed').length;
    const results = counted(placed.length - failed, 'result');
    return failed === 0 ? `${results}.` : `${results}, ${counted(failed, 'window')} failed: the list says why.`;
  };
  const repeat = (state: ServerState): void => {
    if (state !== 'ready' || !isHeldUp) return;
    repeats += 1;
    if (repeats <= MAX_REPEATS) void send();
    else {
      isHeldUp = false;
      repeats = 0;
      bar.say('The server says that it is ready, but takes no windows. They are kept: send them again later.', true);
    }
  };

  const refresh = (): void => {
    list.show();
    editor.show();
    bar.root.hidden = session.recordings.length === 0;
    bar.show(session.pending().length, session.answered().length);
    const maxInstances = options.facts()?.maxInstances ?? Number.POSITIVE_INFINITY;
    results.show(sent, { algorithm, server: options.server(), endpoint, maxInstances });
  };
  let isPlanned = false;
  session.onChange(() => {
    if (isPlanned) return;
    isPlanned = true;
    // Many changes in a row, as of a window that is dragged, are shown once.
    queueMicrotask(() => {
      isPlanned = false;
      refresh();
    });
  });
  refresh();

  const heading = element('h2', { class: 'visually-hidden' }, 'Sounds');
  return {
    root: element(
      'div',
      { class: 'workbench' },
      element('section', { class: 'card sounds' }, heading, add.root, list.root, bar.root),
      editor.root,
      results.root,
    ),
    resume: () => {
      if (isHeldUp) void send();
    },
    refresh,
  };
}
