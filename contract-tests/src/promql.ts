// Owns what a PromQL expression asks for, read with Prometheus's own grammar: metrics, and the labels that it expects of them. Must not
// know which metrics there are.
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

export interface Selected {
  readonly metric: string;
  /** Names in its braces, and those by which an aggregation around it groups. */
  readonly labels: readonly string[];
  /** Plain comparisons in its braces. */
  readonly equals: Readonly<Record<string, string>>;
}

/** Every selector of the expression. Throws when it is no PromQL. */
export function selectorsIn(expression: string): readonly Selected[] {
  const tree = parser.parse(expression);
  const selected: Selected[] = [];
  tree.iterate({
    enter({ type, from, node }) {
      if (type.isError) throw new Error(`This is no PromQL from character ${from} on: ${expression}`);
      if (type.name === 'VectorSelector') selected.push(selectorAt(node, expression));
    },
  });
  if (selected.length === 0) throw new Error(`This asks for no metric: ${expression}`);
  return selected;
}

function selectorAt(node: SyntaxNode, expression: string): Selected {
  const text = ({ from, to }: SyntaxNode): string => expression.slice(from, to);
  const name = node.getChild('Identifier');
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  const labels = new Set<string>();
  const equals: Record<string, string> = {};
  for (const matcher of matchers) {
    const [label, operator, value] = [matcher.firstChild, matcher.firstChild?.nextSibling, matcher.lastChild];
    if (!label || !operator || !value) throw new Error(`This matcher has another form: ${text(matcher)}`);
    labels.add(text(label));
    if (text(operator) === '=') equals[text(label)] = text(value).slice(1, -1);
  }
  for (let around = node.parent; around !== null; around = around.parent) {
    const grouping = around.name === 'AggregateExpr' ? around.getChild('AggregateModifier') : null;
    for (const label of grouping?.getChild('GroupingLabels')?.getChildren('LabelName') ?? []) labels.add(text(label));
  }
  if (name === null) throw new Error(`A selector without a name: ${text(node)}`);
  return { metric: text(name), labels: [...labels], equals };
}
