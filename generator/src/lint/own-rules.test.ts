import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isObject } from '../json.ts';
import { parseYaml } from '../source/parse-yaml.ts';
import { OWN_RULES } from './lint.ts';
import { type LintContext, type LintRule, runRule } from './rule.ts';

const SAMPLES = join(import.meta.dirname, '../../../spec/rules');

/** Lines that the rule reports in a sample, in order. */
function reportedLines(rule: LintRule, file: string, kind: LintContext['kind'] = 'algorithm'): number[] {
  const document = parseYaml(readFileSync(file, 'utf8'), file);
  if (!isObject(document)) {
    throw new Error(`${file} holds no object`);
  }
  const problems = runRule(rule, { document, kind, predictSchemata: { instance: 'Instance' } });
  expect(problems.every((problem) => problem.rule === rule.name)).toBe(true);
  return problems.map(({ position }) => position?.line ?? 0);
}

function markedLines(file: string): number[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => (line.endsWith('# reported') ? [index + 1] : []));
}

describe.each(OWN_RULES.map((rule) => ({ name: rule.name, rule })))('$name', ({ name, rule }) => {
  const folder = join(SAMPLES, name);

  test('reports the marked lines of its failing sample and no other', () => {
    const want = markedLines(join(folder, 'fail.yaml'));
    expect(want.length).toBeGreaterThan(0);
    expect(reportedLines(rule, join(folder, 'fail.yaml'))).toEqual(want);
  });

  test('reports nothing in its passing sample', () => {
    expect(reportedLines(rule, join(folder, 'pass.yaml'))).toEqual([]);
  });

  test('leaves the neutral view alone if it is about algorithms', () => {
    const lines = reportedLines(rule, join(folder, 'fail.yaml'), 'service');
    expect(lines.length > 0).toBe(rule.appliesTo === 'every-view');
  });
});

test('no sample is of a rule that does not exist', () => {
  const folders = readdirSync(SAMPLES).filter((entry) => existsSync(join(SAMPLES, entry, 'fail.yaml')));
  expect(folders.sort()).toEqual(OWN_RULES.map(({ name }) => name).sort());
});
