// Owns the rule that every file of the spec is used: one that nothing refers to is believed to be the contract and is not.
import { ERROR_CATALOGUE_FILE } from './bundle/reference.ts';
import { ProblemList } from './problems.ts';
import type { SourceTree } from './source/source-tree.ts';

const FOLDERS = ['algorithms', 'common', 'paths', 'predict-schemata'];

/** @throws ContractProblems for each file that no phase has read, so it is called after bundling */
export function refuseUnusedFiles(tree: SourceTree): void {
  const problems = new ProblemList();
  const read = tree.filesRead;
  for (const file of FOLDERS.flatMap((folder) => tree.list(folder, '.yaml'))) {
    if (!read.has(file) && file !== ERROR_CATALOGUE_FILE) {
      const position = { file: tree.displayName(file), line: 1, column: 1 };
      problems.add('unused-file', 'nothing refers to this file; refer to it or delete it', position);
    }
  }
  for (const file of tree.list('algorithms', '.json')) {
    if (!read.has(file)) {
      const position = { file: tree.displayName(file), line: 1, column: 1 };
      problems.add('unused-file', 'no example has the name of this recorded answer; delete it', position);
    }
  }
  problems.throwIfAny();
}
