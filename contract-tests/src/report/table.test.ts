import { describe, expect, test } from 'vitest';
import type { SeenAnswer } from './answer-log.ts';
import { htmlReport } from './html.ts';
import { gapsOf, makeTable, totalsOf } from './table.ts';
import { textReport } from './text.ts';

const seen = (operationId: string, status: number, passed = true, target = 'server'): SeenAnswer => ({
  target,
  check: 'cases',
  algorithm: 'tone',
  operationId,
  status,
  passed,
});

const INPUT = { algorithm: 'tone', targets: ['server'], declared: ['predict 200', 'predict 400', 'health 200'] };

describe('the table', () => {
  test('counts answers by operation and status, those of its own algorithm and target alone', () => {
    const table = makeTable({
      ...INPUT,
      seen: [
        seen('predict', 200),
        seen('predict', 200, false),
        seen('health', 200),
        seen('predict', 400, true, 'mock'),
        { ...seen('predict', 400), algorithm: 'other' },
        seen('predict', 418, false),
      ],
      notExercised: [{ target: 'server', algorithm: 'tone', operationId: 'predict', status: 400, reason: 'why' }],
    });
    expect(table.rows.map(({ cells }) => cells['server'])).toEqual([
      { exercised: 2, passed: 1, byCheck: { cases: 2 } },
      { exercised: 0, passed: 0, byCheck: {} },
      { exercised: 1, passed: 1, byCheck: { cases: 1 } },
    ]);
    expect(totalsOf(table, 'server')).toEqual({ declared: 3, exercised: 2, listed: 1, failed: 1 });
    expect(gapsOf(table)).toEqual(['tone: predict 200 of the server: 1 of 2 answers break the contract']);
  });

  test('a declared answer that nobody saw and nobody listed is a gap', () => {
    const table = makeTable({ ...INPUT, seen: [seen('predict', 200), seen('predict', 400)] });
    expect(gapsOf(table)).toEqual(['tone: health 200 of the server was not exercised, and nobody says why']);
  });

  test('as text has a line for each operation and the reasons below', () => {
    const table = makeTable({
      ...INPUT,
      seen: [seen('predict', 200), seen('predict', 200, false)],
      notExercised: [
        { target: 'server', algorithm: 'tone', operationId: 'predict', status: 400, reason: 'takes a storm' },
      ],
    });
    expect(textReport(table)).toBe(
      [
        '             200  400',
        'predict      1/2    -',
        'health   MISSING',
        '- takes a storm: predict 400',
        'tone, server: exercised 1 / declared 3, 1 listed with a reason, 1 failed',
      ].join('\n'),
    );
  });

  test('as a page says the same, and no text becomes markup', () => {
    const table = makeTable({
      ...INPUT,
      seen: [seen('predict', 200, false)],
      notExercised: [{ target: 'server', algorithm: 'tone', operationId: 'predict', status: 400, reason: '"<b>"' }],
    });
    const page = htmlReport([table], [{ title: 'Findings', lines: ['<script>'] }]);
    expect(page).toContain('<td class="failed" title="cases: 1">0/1</td>');
    expect(page).toContain('<td class="missing">missing</td>');
    expect(page).toContain('title="&#34;&#60;b&#62;&#34;"');
    expect(page).not.toContain('<script>');
  });
});
