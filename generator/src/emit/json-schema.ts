// Owns the difference between a Schema Object of OpenAPI 3.0 and the JSON Schema that Ajv compiles.
import { copyWith } from '../copy.ts';
import { isObject, type JsonObject } from '../json.ts';

/** Keywords of OpenAPI that say nothing about validity and that Ajv does not know. */
const ANNOTATIONS = ['example', 'externalDocs', 'xml', 'discriminator'];

const COMPONENT = '#/components/schemas/';

/** The schema as JSON Schema; references name the schema's `$id`, which is its title. */
export function jsonSchemaOf(schema: JsonObject): JsonObject {
  const result = copyWith(schema, (object) => {
    const ref = object['$ref'];
    if (typeof ref === 'string') {
      return { $ref: ref.replace(COMPONENT, '') };
    }
    return needsChange(object) ? jsonSchemaOf(changed(object)) : undefined;
  });
  return isObject(result) ? result : {};
}

function needsChange(object: JsonObject): boolean {
  const isExclusive =
    typeof object['exclusiveMinimum'] === 'boolean' || typeof object['exclusiveMaximum'] === 'boolean';
  return isExclusive || Object.keys(object).some((key) => key.startsWith('x-') || ANNOTATIONS.includes(key));
}

/** In OpenAPI 3.0 `exclusiveMinimum` is a switch beside `minimum`, in JSON Schema the limit itself. */
function changed(object: JsonObject): JsonObject {
  const kept = Object.entries(object).filter(([key]) => !key.startsWith('x-') && !ANNOTATIONS.includes(key));
  const result: JsonObject = Object.fromEntries(kept);
  for (const [limit, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const isOn = result[exclusive];
    if (typeof isOn === 'boolean') {
      delete result[exclusive];
      const value = result[limit];
      if (isOn && value !== undefined) {
        delete result[limit];
        result[exclusive] = value;
      }
    }
  }
  return result;
}
