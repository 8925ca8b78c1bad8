// Owns making one algorithm's document, and the neutral one, out of bundles: which files stand for the placeholders, the
// suffix of operation ids, the document's head. Removes the markers that steer it.
import type { AlgorithmFacts } from './algorithm-facts.ts';
import { type Bundle, bundle } from './bundle/bundle.ts';
import { copyWith } from './copy.ts';
import { operationsOf } from './document.ts';
import { isObject, type JsonObject, objectAt, stringAt } from './json.ts';
import { ProblemList } from './problems.ts';
import { inheritOrigin, positionOf } from './source/position.ts';
import type { SourceTree } from './source/source-tree.ts';

/** The three Schema Objects that Vertex AI calls PredictSchemata; the same word names a file in each algorithm's folder. */
export const PREDICT_SCHEMATA = ['instance', 'parameters', 'prediction'] as const;
export type PredictSchema = (typeof PREDICT_SCHEMATA)[number];

const OPERATION_MARKER = 'x-algorithm-operation';
const EXAMPLE_MARKER = 'x-example-from-algorithm';

/** One view of the contract: an OpenAPI document and the titles of its PredictSchemata. */
export interface View {
  readonly document: JsonObject;
  /** Title of each of the three schemata; one that no operation uses is missing. */
  readonly predictSchemata: Readonly<Partial<Record<PredictSchema, string>>>;
}

/** The algorithm-neutral view that shared handlers are typed with. @throws ContractProblems */
export function neutralView(tree: SourceTree): View {
  const { document, schemaNames } = bundle(tree);
  return viewOf(specialised(document, undefined), schemaNames, (schema) => `predict-schemata/${schema}.yaml`);
}

/** The document of one algorithm. @throws ContractProblems */
export function algorithmView(tree: SourceTree, facts: AlgorithmFacts): View {
  const fileOf = (schema: PredictSchema): string => `algorithms/${facts.name}/${schema}.yaml`;
  const substitution = new Map(PREDICT_SCHEMATA.map((schema) => [`predict-schemata/${schema}.yaml`, fileOf(schema)]));
  const { document, schemaNames } = bundle(tree, substitution);
  const own = specialised(document, facts);
  own['info'] = inheritOrigin(objectAt(own, 'info'), {
    ...objectAt(own, 'info'),
    title: `${facts.title} prediction API`,
    description: facts.description,
    version: facts.version,
  });
  return viewOf(own, schemaNames, fileOf);
}

function viewOf(document: JsonObject, names: Bundle['schemaNames'], fileOf: (schema: PredictSchema) => string): View {
  const named = PREDICT_SCHEMATA.flatMap((schema): [PredictSchema, string][] => {
    const name = names.get(fileOf(schema));
    return name === undefined ? [] : [[schema, name]];
  });
  return { document, predictSchemata: Object.fromEntries(named) };
}

/** A copy without the markers, in which they have done their work when there is an algorithm. */
function specialised(document: JsonObject, facts: AlgorithmFacts | undefined): JsonObject {
  const problems = new ProblemList();
  for (const { operation } of operationsOf(document)) {
    if (operation[OPERATION_MARKER] === true && facts !== undefined) {
      operation['operationId'] = `${stringAt(operation, 'operationId') ?? ''}${facts.operationSuffix}`;
    }
    delete operation[OPERATION_MARKER];
  }
  const copy = copyWith(document, (object) => {
    const { [EXAMPLE_MARKER]: fact, ...rest } = object;
    if (fact === undefined) {
      return undefined;
    }
    // Nothing below a parameter carries the marker, so its entries need no copy of their own.
    const parameter = inheritOrigin(object, rest);
    if (facts === undefined) {
      return parameter;
    }
    const value = typeof fact === 'string' ? Object.entries(facts).find(([key]) => key === fact)?.[1] : undefined;
    if (value === undefined) {
      const message = `algorithm.yaml states no fact ${JSON.stringify(fact)}; it states ${Object.keys(facts).join(', ')}`;
      problems.add('example-from-algorithm', message, positionOf(object, EXAMPLE_MARKER));
    }
    return inheritOrigin(object, { ...parameter, example: value ?? null });
  });
  problems.throwIfAny();
  if (!isObject(copy)) {
    throw new Error('Copying a document gave no object. This is a bug.');
  }
  return copy;
}
