// Owns the rule that every answer of 400 and above is a google.rpc.Status, alone or under `error` as Vertex AI sends it:
// Google's client libraries read errors from nothing else. The paths of the inference protocols have those protocols' own
// form instead, since their clients read errors from nothing else either.
import { operationsOf, referencedName, resolve } from '../document.ts';
import { isObject, type JsonObject, objectAt } from '../json.ts';
import type { LintRule } from './rule.ts';

const STATUS_SCHEMA = 'Status';
const INFERENCE_SCHEMA = 'InferenceError';
/** The paths of the Open Inference Protocol and of KServe's V1 protocol. */
const INFERENCE_PATH = /^\/(v2|v1\/models)(\/|$)/;

export const errorStatus: LintRule = {
  name: 'error-status',
  appliesTo: 'every-view',
  check({ document }, report) {
    for (const { path, operation } of operationsOf(document)) {
      const wanted = INFERENCE_PATH.test(path) ? INFERENCE_SCHEMA : STATUS_SCHEMA;
      const responses = objectAt(operation, 'responses');
      for (const [status, entry] of Object.entries(responses)) {
        const response = resolve(document, entry);
        if (response !== undefined && /^([45]|default)/.test(status) && !answers(wanted, document, response)) {
          const message = `${operation['operationId']} answers ${status} without the ${wanted} schema; refer to the error response in common/schemas`;
          report(message, responses, status);
        }
      }
    }
  },
};

/** Whether the body is what the schema `wanted` describes, or holds it under `error`. */
function answers(wanted: string, document: JsonObject, response: JsonObject): boolean {
  const media = objectAt(response, 'content')['application/json'];
  const schema = isObject(media) ? media['schema'] : undefined;
  if (referencedName(schema) === wanted) {
    return true;
  }
  const body = resolve(document, schema);
  return body !== undefined && referencedName(objectAt(body, 'properties')['error']) === wanted;
}
