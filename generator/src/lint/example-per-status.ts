// Owns the rule that every status of every operation has an example: the mock can send only what has one, and the contract
// tests replay nothing else. A binary body cannot be written as an example.
import { operationsOf, resolve } from '../document.ts';
import { isObject, type JsonObject, objectAt } from '../json.ts';
import type { LintRule } from './rule.ts';

export const examplePerStatus: LintRule = {
  name: 'example-per-status',
  appliesTo: 'algorithm-views',
  check({ document }, report) {
    for (const { operation } of operationsOf(document)) {
      const responses = objectAt(operation, 'responses');
      for (const [status, entry] of Object.entries(responses)) {
        const response = resolve(document, entry);
        for (const [mediaType, media] of Object.entries(objectAt(response ?? {}, 'content'))) {
          if (isObject(media) && !isBinary(media) && Object.keys(objectAt(media, 'examples')).length === 0) {
            const message = `${operation['operationId']} has no example of ${status} ${mediaType}; add one to spec/examples or to the algorithm's examples`;
            report(message, responses, status);
          }
        }
      }
    }
  },
};

function isBinary(media: JsonObject): boolean {
  return objectAt(media, 'schema')['format'] === 'binary';
}
