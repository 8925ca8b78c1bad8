// Owns the list of lint rules and running them all, ours and Redocly's, over every view of the contract.
import type { Contract } from '../compile.ts';
import { type Problem, ProblemList } from '../problems.ts';
import { closedRequest } from './closed-request.ts';
import { described } from './described.ts';
import { errorStatus } from './error-status.ts';
import { examplePerStatus } from './example-per-status.ts';
import { numberFormat } from './number-format.ts';
import { lintWithRedocly } from './redocly.ts';
import { type LintContext, type LintRule, runRule } from './rule.ts';
import { schemaTitle } from './schema-title.ts';
import { schemaVocabulary } from './schema-vocabulary.ts';
import { snakeCaseFields } from './snake-case-fields.ts';

export const OWN_RULES: readonly LintRule[] = [
  closedRequest,
  described,
  errorStatus,
  examplePerStatus,
  numberFormat,
  schemaTitle,
  schemaVocabulary,
  snakeCaseFields,
];

export interface LintOptions {
  /** Names of own rules that do not run. */
  readonly without?: readonly string[];
}

/** Phase 4. @throws ContractProblems with what every rule found in every view, each place once */
export async function lint({ service, algorithms }: Contract, { without = [] }: LintOptions = {}): Promise<void> {
  const views: LintContext[] = [
    { kind: 'service', ...service },
    ...algorithms.map(({ view, document }): LintContext => ({ ...view, kind: 'algorithm', document })),
  ];
  const problems = new ProblemList();
  const addAll = (found: readonly Problem[]): void => {
    for (const { rule, message, position } of found) {
      problems.add(rule, message, position);
    }
  };
  for (const view of views) {
    for (const rule of OWN_RULES.filter(({ name }) => !without.includes(name))) {
      addAll(runRule(rule, view));
    }
    addAll(await lintWithRedocly(view.document, view.kind));
  }
  problems.throwIfAny();
}
