// Owns the table that a report shows: each declared answer of each operation, and how often which server was seen to give it.
// Must not know how it is shown.
import type { NotExercised, SeenAnswer } from './answer-log.ts';

export interface Cell {
  /** Answers that were seen. */
  readonly exercised: number;
  /** Those of them in which nothing was wrong. */
  readonly passed: number;
  /** Check → answers that it saw. */
  readonly byCheck: Readonly<Record<string, number>>;
}

export interface Row {
  readonly operationId: string;
  readonly status: number;
  /** Target → what was seen of it. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** Target → why this answer was not exercised, where somebody said so. */
  readonly reasons: Readonly<Record<string, string>>;
}

export interface Table {
  readonly algorithm: string;
  readonly targets: readonly string[];
  readonly rows: readonly Row[];
}

export interface TableInput {
  readonly algorithm: string;
  readonly targets: readonly string[];
  /** Every `operationId status` of the contract. */
  readonly declared: readonly string[];
  readonly seen: readonly SeenAnswer[];
  readonly notExercised?: readonly NotExercised[];
}

export function makeTable({ algorithm, targets, declared, seen, notExercised = [] }: TableInput): Table {
  const own = seen.filter((answer) => answer.algorithm === algorithm);
  const listed = notExercised.filter((one) => one.algorithm === algorithm);
  const rows = declared.map((key): Row => {
    const [operationId = '', status = ''] = key.split(' ');
    const isOfRow = (one: { operationId: string; status: number }) =>
      one.operationId === operationId && one.status === Number(status);
    const answers = own.filter(isOfRow);
    return {
      operationId,
      status: Number(status),
      cells: Object.fromEntries(
        targets.map((target) => [target, cellOf(answers.filter((answer) => answer.target === target))]),
      ),
      reasons: Object.fromEntries(listed.filter(isOfRow).map(({ target, reason }) => [target, reason])),
    };
  });
  return { algorithm, targets, rows };
}

function cellOf(answers: readonly SeenAnswer[]): Cell {
  const byCheck: Record<string, number> = {};
  for (const { check } of answers) byCheck[check] = (byCheck[check] ?? 0) + 1;
  return { exercised: answers.length, passed: answers.filter(({ passed }) => passed).length, byCheck };
}

export interface Totals {
  readonly declared: number;
  readonly exercised: number;
  /** Not exercised, with a reason. */
  readonly listed: number;
  /** Exercised, and wrong at least once. */
  readonly failed: number;
}

export function totalsOf({ rows }: Table, target: string): Totals {
  const exercised = rows.filter(({ cells }) => (cells[target]?.exercised ?? 0) > 0);
  return {
    declared: rows.length,
    exercised: exercised.length,
    listed: rows.filter((row) => !exercised.includes(row) && target in row.reasons).length,
    failed: exercised.filter(({ cells }) => cells[target]?.passed !== cells[target]?.exercised).length,
  };
}

/** What makes the run fail: answers that are wrong, and answers that were neither exercised nor listed. */
export function gapsOf(table: Table): string[] {
  return table.rows.flatMap(({ operationId, status, cells, reasons }) =>
    table.targets.flatMap((target) => {
      const { exercised, passed } = cells[target] ?? { exercised: 0, passed: 0 };
      const what = `${table.algorithm}: ${operationId} ${status} of the ${target}`;
      if (exercised === 0) return target in reasons ? [] : [`${what} was not exercised, and nobody says why`];
      return passed === exercised ? [] : [`${what}: ${exercised - passed} of ${exercised} answers break the contract`];
    }),
  );
}
