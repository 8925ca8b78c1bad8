// Owns the rule that schemata use no keyword outside OpenAPI 3.0.2's Schema Object, which is what Vertex AI defines
// PredictSchemata as (https://spec.openapis.org/oas/v3.0.2#schema-object): a keyword of a later version is silently ignored.
import type { LintRule } from './rule.ts';
import { walkSchemas } from './walk-schemas.ts';

/** The fixed fields of the Schema Object of OpenAPI 3.0.2. */
export const SCHEMA_VOCABULARY: ReadonlySet<string> = new Set([
  ...['title', 'description', 'type', 'format', 'enum', 'default', 'nullable', 'example', 'deprecated'],
  ...['multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  ...['maxLength', 'minLength', 'pattern'],
  ...['items', 'maxItems', 'minItems', 'uniqueItems'],
  ...['properties', 'additionalProperties', 'required', 'maxProperties', 'minProperties'],
  ...['allOf', 'oneOf', 'anyOf', 'not', 'discriminator'],
  ...['readOnly', 'writeOnly', 'xml', 'externalDocs'],
]);

export const schemaVocabulary: LintRule = {
  name: 'schema-vocabulary',
  appliesTo: 'every-view',
  check({ document }, report) {
    walkSchemas(document, (schema, { name }) => {
      for (const key of Object.keys(schema)) {
        if (!SCHEMA_VOCABULARY.has(key) && !key.startsWith('x-')) {
          report(`${key} of ${name} is no keyword of OpenAPI 3.0.2`, schema, key);
        }
      }
      if (Array.isArray(schema['type']) || schema['type'] === 'null') {
        report(`the type of ${name} is written as in OpenAPI 3.1; use one type and nullable: true`, schema, 'type');
      }
    });
  },
};
