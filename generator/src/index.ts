// Owns what other packages may use of the generator: compiled contracts, examples with their fixtures, the hash of a spec.
export { type AlgorithmFacts, readAlgorithms } from './algorithm-facts.ts';
export { type CompiledAlgorithm, compile, loadExamples } from './compile.ts';
export { type Operation, operationsOf, parametersOf, resolve } from './document.ts';
export type { Example, RecordedAnswer } from './examples/example.ts';
export { operationOfExample, pathOfExample } from './examples/example-address.ts';
export type { ReadExamplesOptions } from './examples/read-examples.ts';
export { type JsonObject, type JsonValue, objectAt } from './json.ts';
export { ContractProblems, formatProblem, type Problem } from './problems.ts';
export { SourceTree } from './source/source-tree.ts';
export { specHash } from './spec-hash.ts';
