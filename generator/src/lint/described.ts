// Owns the rule that every schema and property says what it is: the text becomes the reference, the clients' doc comments
// and what Vertex AI shows.
import { stringAt } from '../json.ts';
import type { LintRule } from './rule.ts';
import { walkSchemas } from './walk-schemas.ts';

export const described: LintRule = {
  name: 'described',
  appliesTo: 'every-view',
  check({ document }, report) {
    walkSchemas(document, (schema, { role, name }) => {
      if (role !== 'part' && (stringAt(schema, 'description') ?? '').trim() === '') {
        report(`${name} has no description; say what it holds, with its unit if it has one`, schema);
      }
    });
  },
};
