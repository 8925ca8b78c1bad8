// Owns how sounds come into the page: chosen, dropped or recorded. Must not know what becomes of them.
import { element } from '../../shared/dom.ts';
import { type Microphone, NoMicrophoneError, openMicrophone } from '../sound/microphone.ts';

/** Longer recordings would fill the memory of a small device. */
const MAX_RECORDING_SECONDS = 600;
const LEVEL_EVERY_MS = 100;

export interface AddSoundsEvents {
  files(files: readonly File[]): void;
  recorded(samples: Float32Array<ArrayBuffer>, sampleRateHz: number): void;
}

/** @param needed what a recording must have at least, as a person reads it */
export function createAddSounds(
  needed: string,
  events: AddSoundsEvents,
): { readonly root: HTMLElement; focus(): void } {
  const input = element('input', {
    type: 'file',
    multiple: true,
    accept: 'audio/*,.wav,.flac,.ogg,.opus,.mp3,.m4a',
    hidden: true,
  });
  const choose = element('button', { type: 'button', 'aria-describedby': 'add-hint' }, 'Choose files…');
  const record = element('button', { type: 'button', class: 'quiet' }, 'Record');
  const clock = element('span', { class: 'figure clock' });
  const level = element('span', { class: 'level' });
  const meter = element('span', { class: 'meter', 'aria-hidden': 'true' }, level);
  const live = element('span', { class: 'recording', hidden: true }, meter, clock);
  const problem = element('p', { class: 'wrong', role: 'alert' });
  const zone = element(
    'div',
    { class: 'drop' },
    element('div', { class: 'row' }, choose, record, live, input),
    element(
      'p',
      { id: 'add-hint', class: 'hint' },
      `Or drop them here. Any sound that this browser can play, of ${needed} or longer; it is mixed to mono and resampled here, and stays on this machine until you send it.`,
    ),
    problem,
  );

  choose.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    events.files([...(input.files ?? [])]);
    // Choosing the same file once more must be a change.
    input.value = '';
  });

  // A file that is dropped a little beside the zone must not take the page's place.
  for (const name of ['dragover', 'drop'] as const) document.addEventListener(name, (event) => event.preventDefault());
  zone.addEventListener('dragover', () => zone.classList.add('over'));
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    zone.classList.remove('over');
    events.files([...(event.dataTransfer?.files ?? [])]);
  });

  let microphone: Microphone | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = async (): Promise<void> => {
    const open = microphone;
    if (open === undefined) return;
    microphone = undefined;
    clearInterval(timer);
    record.textContent = 'Record';
    record.classList.add('quiet');
    live.hidden = true;
    await open.close();
    events.recorded(open.samples(), open.sampleRateHz);
  };
  const start = async (): Promise<void> => {
    problem.textContent = '';
    // A second press while the browser asks must not ask again.
    record.disabled = true;
    try {
      microphone = await openMicrophone();
    } catch (error) {
      if (!(error instanceof NoMicrophoneError)) throw error;
      problem.textContent = error.message;
      return;
    } finally {
      record.disabled = false;
      record.focus();
    }
    record.textContent = 'Stop';
    record.classList.remove('quiet');
    live.hidden = false;
    timer = setInterval(() => {
      if (microphone === undefined) return;
      clock.textContent = `${microphone.seconds().toFixed(1)} s`;
      level.style.width = `${Math.round(microphone.level() * 100)}%`;
      if (microphone.seconds() >= MAX_RECORDING_SECONDS) void stop();
    }, LEVEL_EVERY_MS);
  };
  record.addEventListener('click', () => void (microphone === undefined ? start() : stop()));
  return { root: zone, focus: () => choose.focus() };
}
