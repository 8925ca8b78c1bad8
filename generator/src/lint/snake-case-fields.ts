// Owns the rule that PredictSchemata name their fields in snake_case, as upstream models do; the envelope around them is
// Vertex AI's and has its camelCase.
import { schemasOf } from '../document.ts';
import { isObject, objectAt } from '../json.ts';
import { isSnakeCase } from '../names.ts';
import type { LintRule } from './rule.ts';
import { reachableSchemas, walkSchema } from './walk-schemas.ts';

export const snakeCaseFields: LintRule = {
  name: 'snake-case-fields',
  appliesTo: 'algorithm-views',
  check({ document, predictSchemata }, report) {
    for (const root of Object.values(predictSchemata)) {
      const schema = schemasOf(document)[root];
      for (const [name, reached] of isObject(schema) ? reachableSchemas(document, schema) : []) {
        walkSchema(reached, { role: 'component', name: name === '' ? root : name }, (inner, place) => {
          const properties = objectAt(inner, 'properties');
          for (const field of Object.keys(properties).filter((key) => !isSnakeCase(key))) {
            report(`${place.name}.${field} is a field of PredictSchemata; write it in snake_case`, properties, field);
          }
        });
      }
    }
  },
};
