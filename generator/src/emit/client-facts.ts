// Owns generated/client-view/facts.json: what a client's helper must know about each algorithm and about failures, so that no
// helper names an algorithm or keeps a list of its own. The clients' templates are filled from it.
import type { CompiledAlgorithm, Contract } from '../compile.ts';
import { inlined, operationsOf, schemasOf } from '../document.ts';
import { isObject, type JsonObject, listAt, objectAt, stringAt, stringifyJson, stringsAt } from '../json.ts';
import type { ObjectShape } from '../request-shape.ts';
import { bannerOf } from './output.ts';

export function clientFactsText({ service, catalogue, algorithms }: Contract): string {
  const reasons = Object.entries(catalogue);
  return `${stringifyJson({
    'x-generated': bannerOf('spec'),
    version: stringAt(objectAt(service.document, 'info'), 'version') ?? '',
    retryableInstanceReasons: reasons
      .filter(([, { levels, retryable }]) => retryable && levels.includes('instance'))
      .map(([reason]) => reason),
    algorithms: algorithms.map(algorithmFactsOf),
  })}\n`;
}

function algorithmFactsOf({ facts, view, requestShape }: CompiledAlgorithm): JsonObject {
  const { variants } = requestShape;
  const predict = operationsOf(view.document).find(({ path }) => path.endsWith('{endpoint}:predict'));
  return {
    // Facts of its algorithm.yaml, among them the clip that the model takes and the name of the helpers' call.
    ...facts,
    operationId: predict === undefined ? '' : (stringAt(predict.operation, 'operationId') ?? ''),
    instance: view.predictSchemata.instance ?? '',
    prediction: view.predictSchemata.prediction ?? '',
    fileField: requiredField(variants, 'bytes'),
    samplesField: requiredField(variants, 'float-array'),
    uriField: requiredField(variants, 'string'),
    uriTokenField: optionalField(variants, requiredField(variants, 'string')),
    ...resultFacts(view.document, view.predictSchemata.prediction),
  };
}

function requiredField(variants: readonly ObjectShape[], kind: string): string | null {
  const fields = variants.flatMap(({ properties, required }) =>
    required.filter((name) => properties[name]?.kind === kind),
  );
  return fields[0] ?? null;
}

function optionalField(variants: readonly ObjectShape[], beside: string | null): string | null {
  const variant = variants.find(({ required }) => beside !== null && required.includes(beside));
  return Object.keys(variant?.properties ?? {}).find((name) => !variant?.required.includes(name)) ?? null;
}

/** The field of a successful prediction, and either how many numbers its list holds or the names of its numbers. */
function resultFacts(document: JsonObject, prediction: string | undefined): JsonObject {
  const named = prediction === undefined ? undefined : schemasOf(document)[prediction];
  const schema = isObject(named) ? inlined(document, named) : {};
  const outcomes = schema['oneOf'] === undefined ? [schema] : listAt(schema, 'oneOf').filter(isObject);
  const success = outcomes.find((outcome) => !('error' in objectAt(outcome, 'properties'))) ?? {};
  const [resultField = null] = stringsAt(success, 'required');
  const result = objectAt(objectAt(success, 'properties'), resultField ?? '');
  const { maxItems } = result;
  return {
    resultField,
    resultLength: result['type'] === 'array' && typeof maxItems === 'number' ? maxItems : null,
    resultNames: result['type'] === 'object' ? stringsAt(result, 'required') : [],
  };
}
