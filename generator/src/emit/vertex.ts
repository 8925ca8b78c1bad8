// Owns generated/vertex: the PredictSchemata files of each algorithm as Vertex AI reads them, each one self-contained Schema
// Object of OpenAPI 3.0.2 (https://cloud.google.com/vertex-ai/docs/reference/rest/v1/PredictSchemata).
import type { Contract } from '../compile.ts';
import { copyWith } from '../copy.ts';
import { inlined, schemasOf } from '../document.ts';
import { isObject, type JsonObject } from '../json.ts';
import { SCHEMA_VOCABULARY } from '../lint/schema-vocabulary.ts';
import { PREDICT_SCHEMATA } from '../specialise.ts';
import { bannerOf, type Outputs } from './output.ts';
import { yamlText } from './yaml-text.ts';

export function emitVertex({ algorithms }: Contract): Outputs {
  return new Map(
    algorithms.flatMap(({ facts, view }) =>
      PREDICT_SCHEMATA.flatMap((kind): [string, string][] => {
        const name = view.predictSchemata[kind];
        const schema = name === undefined ? undefined : schemasOf(view.document)[name];
        if (!isObject(schema)) {
          return [];
        }
        const banner = bannerOf(`spec/algorithms/${facts.name}/${kind}.yaml`);
        return [[`vertex/${facts.name}/${kind}.yaml`, yamlText(selfContained(view.document, schema), banner)]];
      }),
    ),
  );
}

/** The schema with its references filled in and without extensions, which OpenAPI allows but a reader need not know. */
export function selfContained(document: JsonObject, schema: JsonObject): JsonObject {
  const copy = copyWith(inlined(document, schema), (object) => {
    const foreign = Object.keys(object).filter((key) => !SCHEMA_VOCABULARY.has(key));
    if (foreign.length === 0) {
      return undefined;
    }
    return selfContained(
      document,
      Object.fromEntries(Object.entries(object).filter(([key]) => SCHEMA_VOCABULARY.has(key))),
    );
  });
  if (!isObject(copy)) {
    throw new Error('Copying a schema gave no object. This is a bug.');
  }
  return copy;
}
