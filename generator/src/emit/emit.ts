// Owns the list of emitters and the rule that no two write one file. Adding an output kind is adding a file and a line here.
import type { Contract } from '../compile.ts';
import { ProblemList } from '../problems.ts';
import { emitClientViews } from './client-view.ts';
import { emitErrorReference } from './error-reference.ts';
import { emitOpenapi } from './openapi.ts';
import type { Emitter, Outputs } from './output.ts';
import { emitReference } from './reference.ts';
import { emitAlgorithms, emitErrors, emitRoutes } from './registries.ts';
import { emitRequestShapes } from './request-shapes.ts';
import { emitTransactions } from './transactions.ts';
import { emitTypes } from './types.ts';
import { emitValidators } from './validators.ts';
import { emitVertex } from './vertex.ts';

/** Phase 5. @param vocabulary text of request-shape.ts, which is an output too @throws ContractProblems */
export async function emitAll(contract: Contract, vocabulary: string): Promise<Outputs> {
  const emitters: readonly Emitter[] = [
    emitOpenapi,
    emitVertex,
    emitTransactions,
    emitTypes,
    (all) => emitRequestShapes(all, vocabulary),
    emitErrors,
    emitAlgorithms,
    emitRoutes,
    emitValidators,
    emitReference,
    emitErrorReference,
    emitClientViews,
  ];
  const problems = new ProblemList();
  const outputs = new Map<string, string>();
  for (const emit of emitters) {
    for (const [path, text] of await emit(contract)) {
      if (outputs.has(path)) {
        problems.add(
          'unique-output',
          `two emitters write ${path}; an algorithm may not be called service, errors, algorithms, routes or request-shape`,
        );
      }
      outputs.set(path, text);
    }
  }
  problems.throwIfAny();
  return outputs;
}
