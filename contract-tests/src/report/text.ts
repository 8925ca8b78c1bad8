// Owns the report as text for a terminal. Must not know where its numbers come from.
import { type Row, type Table, totalsOf } from './table.ts';

/** One line for each operation, one column for each status: `passed/exercised`, `-` for an answer that is listed with its reason. */
export function textReport(table: Table): string {
  return table.targets.map((target) => textOfTarget(table, target)).join('\n\n');
}

/** The sentence that ends a run. */
export function summaryOf(table: Table, target: string): string {
  const { declared, exercised, listed, failed } = totalsOf(table, target);
  const rest = listed > 0 ? `, ${listed} listed with a reason` : '';
  return `${table.algorithm}, ${target}: exercised ${exercised} / declared ${declared}${rest}, ${failed} failed`;
}

function textOfTarget(table: Table, target: string): string {
  const statuses = [...new Set(table.rows.map(({ status }) => status))].sort((a, b) => a - b);
  const operations = [...new Set(table.rows.map(({ operationId }) => operationId))];
  const lines = operations.map((operationId) => [
    operationId,
    ...statuses.map((status) =>
      cellText(
        table.rows.find((row) => row.operationId === operationId && row.status === status),
        target,
      ),
    ),
  ]);
  const all = [['', ...statuses.map(String)], ...lines];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  const body = all.map((line) =>
    line
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [...body, reasonsText(table, target), summaryOf(table, target)].filter((line) => line !== '').join('\n');
}

function cellText(row: Row | undefined, target: string): string {
  if (row === undefined) return '';
  const { exercised, passed } = row.cells[target] ?? { exercised: 0, passed: 0 };
  if (exercised === 0) return target in row.reasons ? '-' : 'MISSING';
  return passed === exercised ? String(passed) : `${passed}/${exercised}`;
}

/** Reason → the answers that it keeps from being exercised. */
function reasonsText({ rows }: Table, target: string): string {
  const byReason = new Map<string, string[]>();
  for (const { operationId, status, reasons, cells } of rows) {
    const reason = reasons[target];
    if (reason === undefined || (cells[target]?.exercised ?? 0) > 0) continue;
    byReason.set(reason, [...(byReason.get(reason) ?? []), `${operationId} ${status}`]);
  }
  return [...byReason].map(([reason, keys]) => `- ${reason}: ${keys.join(', ')}`).join('\n');
}
