// Owns the rule that every answer of 400 and above is a google.rpc.Status, alone or under `error` as Vertex AI sends it:
// Google's client libraries read errors from nothing else.
import { operationsOf, referencedName, resolve } from '../document.ts';
import { isObject, type JsonObject, objectAt } from '../json.ts';
import type { LintRule } from './rule.ts';

const STATUS_SCHEMA = 'Status';

export const errorStatus: LintRule = {
  name: 'error-status',
  appliesTo: 'every-view',
  check({ document }, report) {
    for (const { operation } of operationsOf(document)) {
      const responses = objectAt(operation, 'responses');
      for (const [status, entry] of Object.entries(responses)) {
        const response = resolve(document, entry);
        if (response !== undefined && /^([45]|default)/.test(status) && !answersStatus(document, response)) {
          const message = `${operation['operationId']} answers ${status} without the ${STATUS_SCHEMA} schema; refer to the error response in common/schemas`;
          report(message, responses, status);
        }
      }
    }
  },
};

function answersStatus(document: JsonObject, response: JsonObject): boolean {
  const media = objectAt(response, 'content')['application/json'];
  const schema = isObject(media) ? media['schema'] : undefined;
  if (referencedName(schema) === STATUS_SCHEMA) {
    return true;
  }
  const body = resolve(document, schema);
  return body !== undefined && referencedName(objectAt(body, 'properties')['error']) === STATUS_SCHEMA;
}
