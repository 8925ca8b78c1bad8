// Owns the list of all answers that the checks of one run saw, kept on disk as many processes add to it. Must not know what is made
// of it.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';

/** Where reports lie; not committed. */
export const REPORT_FOLDER = join(repositoryRoot, 'build', 'contract');

const ANSWERS = join(REPORT_FOLDER, 'answers.jsonl');
const NOT_EXERCISED = join(REPORT_FOLDER, 'not-exercised.jsonl');

/** Which checks found which broken server; of this run, too. */
export const BROKEN_SERVERS = join(REPORT_FOLDER, 'broken-servers.json');

export interface SeenAnswer {
  /** Whose answer it is, for example `server` or `mock`. */
  readonly target: string;
  /** Who asked, for example `cases`. */
  readonly check: string;
  readonly algorithm: string;
  readonly operationId: string;
  readonly status: number;
  readonly passed: boolean;
}

export type NoteAnswer = (operationId: string, status: number, passed: boolean) => void;

/** Forgets the answers of an earlier run. */
export function startAnswerLog(): void {
  for (const file of [ANSWERS, NOT_EXERCISED, BROKEN_SERVERS]) rmSync(file, { force: true });
}

/** Gives a function that adds to the list. */
export function answerLog(about: Pick<SeenAnswer, 'target' | 'check' | 'algorithm'>): NoteAnswer {
  mkdirSync(REPORT_FOLDER, { recursive: true });
  return (operationId, status, passed) => {
    const seen: SeenAnswer = { ...about, operationId, status, passed };
    // One short write, which the system appends as a whole however many processes write.
    appendFileSync(ANSWERS, `${JSON.stringify(seen)}\n`);
  };
}

/** An answer that a check did not bring about, and why. */
export interface NotExercised {
  readonly target: string;
  readonly algorithm: string;
  readonly operationId: string;
  readonly status: number;
  readonly reason: string;
}

/** @param name begins with the operation and the status, as documented calls are named */
export function notExercised(
  about: Pick<NotExercised, 'target' | 'algorithm' | 'reason'> & { readonly name: string },
): NotExercised {
  const { target, algorithm, name, reason } = about;
  const [operationId = '', status = ''] = name.split(' ');
  return { target, algorithm, operationId, status: Number(status), reason };
}

export function noteNotExercised(about: Parameters<typeof notExercised>[0]): void {
  mkdirSync(REPORT_FOLDER, { recursive: true });
  appendFileSync(NOT_EXERCISED, `${JSON.stringify(notExercised(about))}\n`);
}

/** Everything that was added since the start; nothing when there was no run. */
export function readAnswerLog(): { readonly seen: SeenAnswer[]; readonly notExercised: NotExercised[] } {
  // This file writes those forms.
  return { seen: linesOf(ANSWERS) as SeenAnswer[], notExercised: linesOf(NOT_EXERCISED) as NotExercised[] };
}

function linesOf(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
