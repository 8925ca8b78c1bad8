// Owns the report as one HTML page that needs nothing else. Must not know where its numbers come from.
import { type Row, type Table, totalsOf } from './table.ts';
import { summaryOf } from './text.ts';

/** What else the page tells: a caption over a list of lines. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

export function htmlReport(tables: readonly Table[], sections: readonly Section[] = []): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Contract report</title>
<style>
  body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; }
  table { border-collapse: collapse; margin: 1rem 0 2rem; }
  th, td { border: 1px solid #ccc; padding: 0.2rem 0.5rem; text-align: right; }
  th:first-child { text-align: left; font-weight: normal; }
  .passed { background: #d8f0d8; }
  .failed { background: #f6c9c9; }
  .missing { background: #f9e0a8; }
  .listed { color: #777; }
</style>
<h1>Contract report</h1>
<p>Each cell: answers in which nothing was wrong / answers seen. A dash is listed with its reason (point at it); an empty cell is not declared.</p>
${tables.flatMap((table) => table.targets.map((target) => tableHtml(table, target))).join('\n')}
${sections.map(({ title, lines }) => `<h2>${escaped(title)}</h2>\n<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`).join('\n')}
</html>
`;
}

function tableHtml(table: Table, target: string): string {
  const statuses = [...new Set(table.rows.map(({ status }) => status))].sort((a, b) => a - b);
  const operations = [...new Set(table.rows.map(({ operationId }) => operationId))];
  const rows = operations.map((operationId) => {
    const cells = statuses.map((status) =>
      cellHtml(
        table.rows.find((row) => row.operationId === operationId && row.status === status),
        target,
      ),
    );
    return `<tr><th>${escaped(operationId)}</th>${cells.join('')}</tr>`;
  });
  const { failed } = totalsOf(table, target);
  return `<h2>${escaped(table.algorithm)}: ${escaped(target)}</h2>
<p class="${failed > 0 ? 'failed' : ''}">${escaped(summaryOf(table, target))}</p>
<table>
<tr><th></th>${statuses.map((status) => `<th>${status}</th>`).join('')}</tr>
${rows.join('\n')}
</table>`;
}

function cellHtml(row: Row | undefined, target: string): string {
  if (row === undefined) return '<td></td>';
  const { exercised, passed, byCheck } = row.cells[target] ?? { exercised: 0, passed: 0, byCheck: {} };
  if (exercised === 0) {
    const reason = row.reasons[target];
    return reason === undefined
      ? '<td class="missing">missing</td>'
      : `<td class="listed" title="${escaped(reason)}">–</td>`;
  }
  const checks = Object.entries(byCheck).map(([check, count]) => `${check}: ${count}`);
  const kind = passed === exercised ? 'passed' : 'failed';
  return `<td class="${kind}" title="${escaped(checks.join(', '))}">${passed}/${exercised}</td>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
