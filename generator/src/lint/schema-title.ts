// Owns the rule that every schema file has a PascalCase title equal to its component's name: generators name types by it,
// and inlined Vertex schemata have nothing else to be called by.

import { schemasOf } from '../document.ts';
import { isObject, stringAt } from '../json.ts';
import { isPascalCase } from '../names.ts';
import type { LintRule } from './rule.ts';

export const schemaTitle: LintRule = {
  name: 'schema-title',
  appliesTo: 'every-view',
  check({ document }, report) {
    for (const [name, schema] of Object.entries(schemasOf(document))) {
      const title = isObject(schema) ? stringAt(schema, 'title') : undefined;
      if (isObject(schema) && (title === undefined || title !== name || !isPascalCase(title))) {
        report(
          `expected a PascalCase title that names the schema, got ${title ?? 'none'} for ${name}`,
          schema,
          'title',
        );
      }
    }
  },
};
