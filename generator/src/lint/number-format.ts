// Owns the rule that every number says how wide it is: without a format, generated Java and Kotlin hold a sample as a
// BigDecimal, and an array of 32000 of them is useless.
import type { LintRule } from './rule.ts';
import { walkSchemas } from './walk-schemas.ts';

export const numberFormat: LintRule = {
  name: 'number-format',
  appliesTo: 'every-view',
  check({ document }, report) {
    const samples = new Set<unknown>();
    walkSchemas(document, (schema, { name }) => {
      const { type, format, items } = schema;
      if (type === 'array') {
        samples.add(items);
      }
      if (type === 'number' && samples.has(schema) && format !== 'float') {
        report(`${name} of an array are numbers; state format: float`, schema);
      } else if (type === 'number' && format !== 'float' && format !== 'double') {
        report(`${name} is a number; state format: float or double`, schema);
      }
    });
  },
};
