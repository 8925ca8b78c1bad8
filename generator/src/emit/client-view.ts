// Owns generated/client-view: each algorithm's contract as generators of clients read it. `union` is the contract itself with the
// clients' operations alone; `flat` has one object with optional fields wherever the contract has a union. Knows no language.
import type { CompiledAlgorithm, Contract } from '../compile.ts';
import { copyWith } from '../copy.ts';
import { operationsOf, resolve, schemasOf } from '../document.ts';
import { isObject, type JsonObject, type JsonValue, objectAt, sortedByKey, stringifyJson, stringsAt } from '../json.ts';
import { clientFactsText } from './client-facts.ts';
import { mergedUnion } from './merged-union.ts';
import { algorithmSource, bannerOf, type Outputs } from './output.ts';

/** Tags of operations that speak other protocols, which have clients of their own, or that Vertex AI alone calls. */
const NOT_FOR_CLIENTS: ReadonlySet<string> = new Set(['container', 'open-inference', 'kserve-v1']);

export function emitClientViews(contract: Contract): Outputs {
  const facts: [string, string] = ['client-view/facts.json', clientFactsText(contract)];
  return new Map([facts, ...contract.algorithms.flatMap(viewsOf)]);
}

function viewsOf({ facts, view }: CompiledAlgorithm): [string, string][] {
  const union = withoutUnused(clientOperations(view.document));
  const flat = withoutUnused(flattened(union));
  const source = algorithmSource(facts.name);
  return Object.entries({ union, flat }).map(([kind, { openapi = null, ...rest }]) => [
    `client-view/${facts.name}.${kind}.json`,
    `${stringifyJson({ openapi, 'x-generated': bannerOf(source), ...rest })}\n`,
  ]);
}

const JSON_TYPE = 'application/json';

/**
 * The document with the operations that clients have, and of several kinds of body the JSON alone: for an operation with more,
 * most generators write one method without any type.
 */
function clientOperations(document: JsonObject): JsonObject {
  const paths: JsonObject = {};
  for (const { path, method, operation, pathItem } of operationsOf(document)) {
    if (stringsAt(operation, 'tags').some((tag) => NOT_FOR_CLIENTS.has(tag))) continue;
    const shared = pathItem['parameters'];
    paths[path] ??= shared === undefined ? {} : { parameters: shared };
    objectAt(paths, path)[method] = withJsonBody(operation);
  }
  return { ...document, paths };
}

function withJsonBody(operation: JsonObject): JsonObject {
  const content = objectAt(objectAt(operation, 'requestBody'), 'content');
  const json = content[JSON_TYPE];
  if (json === undefined || Object.keys(content).length === 1) return operation;
  const requestBody = { ...objectAt(operation, 'requestBody'), content: { [JSON_TYPE]: json } };
  return { ...operation, requestBody };
}

/** Every union becomes one object; base64 becomes plain text, which some generators would encode a second time. */
function flattened(document: JsonObject): JsonObject {
  const schemas = Object.fromEntries(
    Object.entries(schemasOf(document)).map(([name, schema]) => [
      name,
      isObject(schema) && Array.isArray(schema['oneOf']) ? mergedUnion(document, name, schema) : schema,
    ]),
  );
  const copy = copyWith({ ...document, components: { ...objectAt(document, 'components'), schemas } }, (object) => {
    if (object['type'] !== 'string' || object['format'] !== 'byte') return undefined;
    const { format: _, ...rest } = object;
    return rest;
  });
  return isObject(copy) ? copy : {};
}

/** Leaves out the tags, and the components that no operation reaches. */
function withoutUnused(document: JsonObject): JsonObject {
  const reached = new Set<string>();
  const visit = (value: JsonValue): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isObject(value)) return;
    const ref = value['$ref'];
    if (typeof ref === 'string' && !reached.has(ref)) {
      reached.add(ref);
      visit(resolve(document, value) ?? null);
    }
    Object.values(value).forEach(visit);
  };
  visit(objectAt(document, 'paths'));
  const components = Object.entries(objectAt(document, 'components')).map(([kind, members]): [string, JsonValue] => [
    kind,
    // Security schemes are named by the operations, not referred to.
    kind === 'securitySchemes' || !isObject(members)
      ? members
      : sortedByKey(Object.entries(members).filter(([name]) => reached.has(`#/components/${kind}/${name}`))),
  ]);
  const used = new Set(operationsOf(document).flatMap(({ operation }) => stringsAt(operation, 'tags')));
  const { tags = [] } = document;
  return {
    ...document,
    tags: Array.isArray(tags) ? tags.filter((tag) => isObject(tag) && used.has(String(tag['name']))) : [],
    components: Object.fromEntries(components),
  };
}
