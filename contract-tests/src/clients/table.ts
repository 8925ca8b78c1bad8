// Owns the table language × case as text. Must not know how a verdict came about.
import type { CaseVerdict } from './conformance.ts';

/** A column for each client: ✓ met, ✗ not met, – lacking with its reason below. */
export function tableOf(verdicts: ReadonlyMap<string, readonly CaseVerdict[]>): string {
  const names = [...verdicts.keys()];
  const rows = new Map<string, string[]>();
  const lacking = new Set<string>();
  for (const [column, name] of names.entries()) {
    for (const { case: title, target, problems, lacking: why } of verdicts.get(name) ?? []) {
      const row = rows.get(`${title} (${target})`) ?? names.map(() => ' ');
      row[column] = why === undefined ? (problems.length === 0 ? '✓' : '✗') : '–';
      if (why !== undefined) lacking.add(`– ${name}: ${why}`);
      rows.set(`${title} (${target})`, row);
    }
  }
  const width = Math.max(4, ...[...rows.keys()].map((title) => title.length));
  const line = (title: string, cells: readonly string[]): string =>
    [title.padEnd(width), ...cells.map((cell, index) => cell.padEnd(names[index]?.length ?? 0))].join('  ').trimEnd();
  return [line('case', names), ...[...rows].map(([title, cells]) => line(title, cells)), ...lacking].join('\n');
}
