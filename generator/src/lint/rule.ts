// Owns what a lint rule of our own is. A rule reads one bundled document and reports; it must not know files or outputs.
import type { JsonObject } from '../json.ts';
import { type Problem, ProblemList } from '../problems.ts';
import { positionOf } from '../source/position.ts';
import type { PredictSchema } from '../specialise.ts';

export interface LintContext {
  readonly document: JsonObject;
  /** `service` is the algorithm-neutral view: its predictions are open and it has no examples. */
  readonly kind: 'service' | 'algorithm';
  readonly predictSchemata: Readonly<Partial<Record<PredictSchema, string>>>;
}

/** Reports a problem with `object`, or with its entry `key`. */
export type Report = (message: string, object: JsonObject, key?: string) => void;

export interface LintRule {
  /** Kebab-case; the name of the rule's file and of its folder of samples in spec/rules. */
  readonly name: string;
  /** Rules about an algorithm's own schemata and examples do not apply to the neutral view. */
  readonly appliesTo: 'every-view' | 'algorithm-views';
  check(context: LintContext, report: Report): void;
}

/** Runs one rule over one document. */
export function runRule(rule: LintRule, context: LintContext): readonly Problem[] {
  const problems = new ProblemList();
  if (rule.appliesTo === 'every-view' || context.kind === 'algorithm') {
    rule.check(context, (message, object, key) => problems.add(rule.name, message, positionOf(object, key)));
  }
  return problems.all;
}
