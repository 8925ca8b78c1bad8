// Owns the part of the page below the editor: results, cosines, map, times, downloads and code. Rebuilt when an answer came, left
// alone otherwise. Must not know how windows are sent.
import { zipSync } from 'fflate';
import { element } from '../../shared/dom.ts';
import type { Sent } from '../predict.ts';
import { wavOf } from '../predict.ts';
import { soundFileNames } from '../results/file-names.ts';
import { csvText, jsonText, npyBytes, type ResultFacts, type SentWindow } from '../results/result-files.ts';
import { snippetsOf } from '../results/snippets.ts';
import type { Placed, Session } from '../session.ts';
import { codeTabs } from './code.ts';
import { cosineTable, type NamedRow } from './cosine-table.ts';
import { downloadButtons } from './downloads.ts';
import { mapOf } from './map.ts';
import { counted, seconds } from './numbers.ts';
import { resultItems } from './result-list.ts';
import { timingOf } from './timing.ts';

export interface ResultsFacts {
  readonly algorithm: PredictSchemata.AlgorithmFacts & { readonly name: string };
  readonly server: string;
  readonly endpoint: string;
  readonly maxInstances: number;
}

export interface Results {
  readonly root: HTMLElement;
  /** @param sent what was sent last */
  show(sent: Sent | undefined, facts: ResultsFacts): void;
}

export function createResults(session: Session): Results {
  const root = element('div', { class: 'results', hidden: true });
  let shown: readonly unknown[] = [];
  return {
    root,
    show(sent, facts) {
      const answered = session.answered();
      root.hidden = answered.length === 0 || sent === undefined;
      const state = [sent, facts.maxInstances, ...answered.flatMap(({ window }) => [window.id, window.outcome])];
      if (sent === undefined || isSame(state, shown)) return;
      shown = state;
      const open = new Set([...root.querySelectorAll('li[data-window]:has(details[open])')].map(windowOf));
      root.replaceChildren(...sections(session, answered, sent, facts));
      for (const item of root.querySelectorAll('li[data-window]')) {
        if (open.has(windowOf(item))) item.querySelector('details')?.setAttribute('open', '');
      }
    },
  };
}

function sections(session: Session, answered: readonly Placed[], sent: Sent, facts: ResultsFacts): HTMLElement[] {
  const { resultField, resultNames } = facts.algorithm;
  const labels = answered.map((placed) => labelOf(session, placed));
  const items = answered.map(({ window: { id, outcome } }, index) => ({
    id,
    label: labels[index] ?? '',
    badge: String(index + 1),
    ...(outcome.state === 'done' && { values: outcome.values }),
    ...(outcome.state === 'failed' && { problem: outcome.description }),
  }));
  const rows = items.filter((item): item is typeof item & NamedRow => 'values' in item);
  const result = card(
    'Results',
    `${sent.modelDisplayName}.`,
    element('ol', { class: 'result-list' }, ...resultItems(items, resultField, resultNames)),
  );
  result.dataset['kind'] = resultNames.length > 0 ? 'named' : 'list';
  return [
    result,
    // Named numbers are read one by one; a direction in them means nothing to a person.
    ...(rows.length > 1 && resultNames.length === 0
      ? [
          card(
            'How alike they are',
            'The cosine of each window with each: 1 is the same direction. The colours run from the least to the most alike of these windows.',
            cosineTable(rows),
          ),
          card('Map', 'Windows near each other have similar results.', mapOf(rows)),
        ]
      : []),
    card('Time', undefined, timingOf(sent)),
    card(
      'Take it with you',
      `Every window with its result: ${counted(answered.length, 'row')}. In the NumPy file, a window that failed is a row of NaN.`,
      resultDownloads(session, answered, sent, facts),
      element('h3', {}, 'The code of this'),
      element(
        'p',
        {},
        'Sends the same sounds once more. Put their files beside it, and your token into the environment as TOKEN.',
      ),
      ...code(session, sent, facts),
    ),
  ];
}

function resultDownloads(
  session: Session,
  answered: readonly Placed[],
  sent: Sent,
  { algorithm }: ResultsFacts,
): HTMLElement {
  const windows = answered.map((placed): SentWindow => {
    const { outcome } = placed.window;
    return {
      ...placeOf(session, placed),
      ...(outcome.state === 'done' && { values: outcome.values }),
      ...(outcome.state === 'failed' && { error: { reason: outcome.reason, description: outcome.description } }),
    };
  });
  const facts: ResultFacts = {
    algorithm: algorithm.name,
    model: sent.modelDisplayName,
    deployedModelId: sent.deployedModelId,
    sampleRateHz: algorithm.sampleRateHz,
    resultField: algorithm.resultField,
    resultNames: algorithm.resultNames,
    resultLength: windows.find(({ values }) => values !== undefined)?.values?.length ?? algorithm.resultNames.length,
  };
  return downloadButtons([
    {
      title: 'JSON',
      fileName: `${algorithm.name}.json`,
      type: 'application/json',
      content: () => jsonText(windows, facts),
    },
    { title: 'CSV', fileName: `${algorithm.name}.csv`, type: 'text/csv', content: () => csvText(windows, facts) },
    {
      title: 'NumPy',
      fileName: `${algorithm.name}.npy`,
      type: 'application/octet-stream',
      content: () => npyBytes(windows, facts),
    },
  ]);
}

function code(
  session: Session,
  sent: Sent,
  { algorithm, server, endpoint, maxInstances }: ResultsFacts,
): HTMLElement[] {
  const files = soundFileNames(sent.placed.map((placed) => placeOf(session, placed)));
  const { name, method, fileField, resultField } = algorithm;
  const call = {
    server,
    endpoint,
    files,
    maxInstances,
    algorithm: { name, clientMethod: method, fileField, resultField },
  };
  const zip = () =>
    zipSync(Object.fromEntries(sent.placed.map((placed, index) => [files[index] ?? '', wavOf(session, placed)])), {
      level: 0,
    });
  return [
    downloadButtons([
      {
        title: 'Sound files (ZIP)',
        fileName: `${name}-sounds.zip`,
        type: 'application/zip',
        content: () => new Uint8Array(zip()),
      },
    ]),
    codeTabs(snippetsOf(call)),
  ];
}

function placeOf(session: Session, { recording, window }: Placed) {
  const startSeconds = session.secondsOf(window.start);
  return { clip: recording.name, startSeconds, endSeconds: startSeconds + session.secondsOf(session.form.sampleCount) };
}

function labelOf(session: Session, placed: Placed): string {
  const { clip, startSeconds, endSeconds } = placeOf(session, placed);
  return `${clip}, ${seconds(startSeconds)} to ${seconds(endSeconds)}`;
}

function card(title: string, hint: string | undefined, ...content: readonly HTMLElement[]): HTMLElement {
  return element(
    'section',
    { class: 'card' },
    element('h2', {}, title),
    hint !== undefined && element('p', { class: 'hint' }, hint),
    ...content,
  );
}

function windowOf(item: Element): string | null {
  return item.getAttribute('data-window');
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
