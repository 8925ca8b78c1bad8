// Owns the generated lists that shared code is typed by: error reasons, algorithm names with their facts, and the route of
// each operation of the neutral view.
import type { Contract } from '../compile.ts';
import { needsNoToken, operationsOf } from '../document.ts';
import { type ErrorLevel, reasonsAt } from '../error-catalogue.ts';
import { stringAt } from '../json.ts';
import { bannerOf, type Outputs } from './output.ts';
import { typescriptLiteral, typescriptUnion } from './typescript-text.ts';

export function emitErrors({ catalogue }: Contract): Outputs {
  const unionAt = (level: ErrorLevel): string => typescriptUnion(reasonsAt(catalogue, [level]));
  const text = `// ${bannerOf('spec/common/error-reasons.yaml')}

export const errorCatalogue = ${typescriptLiteral(catalogue)} as const;

export type ErrorReason = keyof typeof errorCatalogue;
/** Reasons that may fail a whole call. */
export type RequestReason = ${unionAt('request')};
/** Reasons that may fail one instance. */
export type InstanceReason = ${unionAt('instance')};
`;
  return new Map([['ts/errors.gen.ts', text]]);
}

export function emitAlgorithms({ algorithms }: Contract): Outputs {
  const facts = Object.fromEntries(algorithms.map((algorithm) => [algorithm.facts.name, algorithm.facts]));
  const text = `// ${bannerOf('spec/algorithms/*/algorithm.yaml')}

export const algorithmNames = ${typescriptLiteral(Object.keys(facts))} as const;

export type AlgorithmName = (typeof algorithmNames)[number];

/** What each algorithm states about itself in its algorithm.yaml. */
export const algorithmFacts = ${typescriptLiteral(facts)} as const satisfies Record<AlgorithmName, object>;
`;
  return new Map([['ts/algorithms.gen.ts', text]]);
}

export function emitRoutes({ service }: Contract): Outputs {
  const routes = Object.fromEntries(
    operationsOf(service.document).map(({ path, method, operation }) => [
      stringAt(operation, 'operationId') ?? '',
      { method, path, public: needsNoToken(service.document, operation) },
    ]),
  );
  const text = `// ${bannerOf('spec/openapi.yaml')}
import type { operations } from './service.gen.ts';

export type OperationId = keyof operations;

export interface Route {
  readonly method: ${typescriptUnion(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])};
  /** OpenAPI template, for example \`/v1/projects/{project}\`. */
  readonly path: string;
  /** True for an operation that is answered without a token. */
  readonly public: boolean;
}

export const routes = ${typescriptLiteral(routes)} as const satisfies Record<OperationId, Route>;
`;
  return new Map([['ts/routes.gen.ts', text]]);
}
