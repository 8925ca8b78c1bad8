// Owns the way from a spec folder to compiled documents: load, bundle, specialise, attach examples. Writes nothing.
import { type AlgorithmFacts, readAlgorithms } from './algorithm-facts.ts';
import { type ErrorReasonFacts, readErrorCatalogue } from './error-catalogue.ts';
import { attachExamples } from './examples/attach-examples.ts';
import type { Example } from './examples/example.ts';
import { type ReadExamplesOptions, readExamples } from './examples/read-examples.ts';
import type { JsonObject } from './json.ts';
import { ContractProblems, ProblemList } from './problems.ts';
import type { RequestShape } from './request-shape.ts';
import { deriveRequestShape } from './shape/derive-shape.ts';
import { SourceTree } from './source/source-tree.ts';
import { algorithmView, neutralView, type View } from './specialise.ts';

/** One algorithm's contract, ready to be written out. */
export interface CompiledAlgorithm {
  readonly facts: AlgorithmFacts;
  /** The OpenAPI document without examples, for types and validators. */
  readonly view: View;
  /** The whole OpenAPI document, examples and recorded answers in place. */
  readonly document: JsonObject;
  readonly examples: readonly Example[];
  readonly requestShape: RequestShape;
}

/** Everything that the emitters read. */
export interface Contract {
  readonly catalogue: Readonly<Record<string, ErrorReasonFacts>>;
  /** The algorithm-neutral view that shared code is typed with. */
  readonly service: View;
  readonly algorithms: readonly CompiledAlgorithm[];
}

/** What the first phase reads: the parts of the spec that are no OpenAPI. */
export interface Loaded {
  readonly tree: SourceTree;
  readonly catalogue: Readonly<Record<string, ErrorReasonFacts>>;
  readonly algorithms: readonly { readonly facts: AlgorithmFacts; readonly examples: readonly Example[] }[];
}

/** Phase 1. @throws ContractProblems */
export function load(specFolder: string, options: ReadExamplesOptions = {}): Loaded {
  const tree = new SourceTree(specFolder);
  const problems = new ProblemList();
  const catalogue = problems.collect(() => readErrorCatalogue(tree)) ?? {};
  const algorithms = (problems.collect(() => readAlgorithms(tree)) ?? []).map((facts) => ({
    facts,
    examples: problems.collect(() => readExamples(tree, facts.name, options)) ?? [],
  }));
  problems.throwIfAny();
  return { tree, catalogue, algorithms };
}

/** Phase 2: the files become documents. @throws ContractProblems */
export function bundleViews({ tree, algorithms }: Loaded): { service: View; views: readonly View[] } {
  const problems = new ProblemList();
  const service = problems.collect(() => neutralView(tree));
  const views = algorithms.flatMap(({ facts }) => problems.collect(() => algorithmView(tree, facts)) ?? []);
  problems.throwIfAny();
  if (service === undefined) {
    throw new Error('A bundle without problems is missing. This is a bug.');
  }
  return { service, views };
}

/** Phase 3: examples and request shapes. @throws ContractProblems */
export function completeAlgorithms(
  loaded: Loaded,
  views: readonly View[],
  options: ReadExamplesOptions = {},
): CompiledAlgorithm[] {
  const problems = new ProblemList();
  const compiled = loaded.algorithms.flatMap(({ facts, examples }, index) => {
    const view = views[index];
    if (view === undefined) {
      throw new Error(`${facts.name} has no view. This is a bug.`);
    }
    const document = problems.collect(() => attachExamples(view.document, examples, facts.operationSuffix, options));
    const requestShape = problems.collect(() => deriveRequestShape(view));
    return document === undefined || requestShape === undefined
      ? []
      : [{ facts, view, document, examples, requestShape }];
  });
  problems.throwIfAny();
  return compiled;
}

/**
 * Compiles one algorithm's contract without linting it or writing anything.
 *
 * @param specFolder the folder that holds openapi.yaml
 * @param algorithm a folder of `algorithms/`
 * @throws ContractProblems with all problems of the first phase that has any
 */
export function compile(specFolder: string, algorithm: string, options: ReadExamplesOptions = {}): CompiledAlgorithm {
  const loaded = load(specFolder, options);
  const own = { ...loaded, algorithms: loaded.algorithms.filter(({ facts }) => facts.name === algorithm) };
  const found = completeAlgorithms(own, bundleViews(own).views, options)[0];
  if (found === undefined) {
    throw new ContractProblems([
      { rule: 'algorithm', message: `there is no folder algorithms/${algorithm} in the spec` },
    ]);
  }
  return found;
}

/** The examples of one algorithm with their fixtures filled in, sorted by name. @throws ContractProblems */
export function loadExamples(specFolder: string, algorithm: string, options: ReadExamplesOptions = {}): Example[] {
  return readExamples(new SourceTree(specFolder), algorithm, options);
}
