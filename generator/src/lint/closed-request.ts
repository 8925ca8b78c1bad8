// Owns the rule that objects in a request are closed: an unknown field is a typing mistake that a client must hear about. A
// map, whose additionalProperties is a schema, is as closed as a map can be.
import { operationsOf } from '../document.ts';
import { isObject, type JsonObject, objectAt } from '../json.ts';
import type { LintRule } from './rule.ts';
import { reachableSchemas, walkSchema } from './walk-schemas.ts';

export const closedRequest: LintRule = {
  name: 'closed-request',
  appliesTo: 'algorithm-views',
  check({ document }, report) {
    for (const { operation } of operationsOf(document)) {
      for (const media of Object.values(objectAt(objectAt(operation, 'requestBody'), 'content'))) {
        const schema = isObject(media) ? media['schema'] : undefined;
        for (const [name, reached] of isObject(schema) ? reachableSchemas(document, schema) : []) {
          walkSchema(reached, { role: 'component', name: name === '' ? 'the body' : name }, (inner, place) => {
            if (isOpenObject(inner)) {
              report(`${place.name} is part of a request; state additionalProperties: false`, inner);
            }
          });
        }
      }
    }
  },
};

function isOpenObject(schema: JsonObject): boolean {
  const extra = schema['additionalProperties'];
  return schema['type'] === 'object' && extra !== false && !isObject(extra);
}
