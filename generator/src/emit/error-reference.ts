// Owns generated/docs/errors.md: what each error reason means and what a caller does about it.
import type { Contract } from '../compile.ts';
import type { ErrorLevel, ErrorReasonFacts } from '../error-catalogue.ts';
import { blocks, inlineCode, markdownTable } from './markdown-text.ts';
import { bannerOf, type Outputs } from './output.ts';

const WHERE: Readonly<Record<ErrorLevel, string>> = {
  request: 'the whole call',
  instance: 'one instance',
  log: 'only the log',
};

export function emitErrorReference({ catalogue }: Contract): Outputs {
  const entries = Object.entries(catalogue);
  const at = (levels: readonly ErrorLevel[]): string =>
    table(entries.filter(([, { levels: own }]) => own.some((level) => levels.includes(level))));
  const text = blocks(
    `<!-- ${bannerOf('spec/common/error-reasons.yaml')} -->`,
    '# Errors',
    'A reason is never renamed and never used for something else: branch on it, not on the message.',
    '## Errors of a call',
    'The status is the one shown, and the body a google.rpc.Status whose ErrorInfo carries the reason.',
    at(['request']),
    '## Errors of one instance',
    "They stand in `predictions[i].error.reason` inside a 200; the other instances are not affected. The status is used only when every instance of a call failed for a reason on the server's side.",
    at(['instance']),
    '## Never sent',
    at(['log']),
  );
  return new Map([['docs/errors.md', `${text}\n`]]);
}

function table(entries: readonly (readonly [string, ErrorReasonFacts])[]): string {
  return markdownTable(
    ['Reason', 'Status', 'Code', 'Fails', 'Retry?', 'Meaning', 'What to do'],
    entries.map(([reason, facts]) => [
      inlineCode(reason),
      String(facts.status),
      facts.code,
      facts.levels.map((level) => WHERE[level]).join(' or '),
      facts.retryable ? 'yes' : 'no',
      facts.meaning,
      facts.repair,
    ]),
  );
}
