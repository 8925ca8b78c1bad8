// Owns the facts that an algorithm states about itself in algorithm.yaml, and which algorithms there are: one for each
// folder of spec/algorithms.
import type { JsonObject } from './json.ts';
import { ProblemList } from './problems.ts';
import { positionOf } from './source/position.ts';
import type { SourceTree } from './source/source-tree.ts';
import { checkAgainst } from './validate-source.ts';

export interface AlgorithmFacts {
  /** Kebab-case, the name of its folder and, unless configured, of its endpoint. */
  readonly name: string;
  /** For people, for example `HeAR`. */
  readonly title: string;
  /** PascalCase, appended to the ids of operations that differ between algorithms. */
  readonly operationSuffix: string;
  /** SemVer of the algorithm's contract. */
  readonly version: string;
  /** One line. */
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  /** Further facts of the algorithm, which the compiler passes on and does not read. */
  readonly [fact: string]: string | number | boolean;
}

/** SemVer 2.0.0 without build metadata. */
const SEMVER = '^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$';

const FACTS_SCHEMA = {
  type: 'object',
  required: ['name', 'title', 'operationSuffix', 'version', 'summary', 'description'],
  propertyNames: { pattern: '^[a-z][A-Za-z0-9]*$' },
  additionalProperties: { type: ['string', 'number', 'boolean'] },
  properties: {
    name: { type: 'string', pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' },
    title: { type: 'string', minLength: 1, maxLength: 64 },
    operationSuffix: { type: 'string', pattern: '^[A-Z][A-Za-z0-9]*$' },
    version: { type: 'string', pattern: SEMVER },
    summary: { type: 'string', minLength: 1, maxLength: 120 },
    description: { type: 'string', minLength: 1 },
  },
};

const FACTS_FILE = 'algorithm.yaml';

/** The algorithms of the spec, sorted by name. @throws ContractProblems for every fact that is missing or malformed */
export function readAlgorithms(tree: SourceTree): readonly AlgorithmFacts[] {
  const problems = new ProblemList();
  const folders = new Set(tree.list('algorithms', '.yaml').map((file) => file.split('/')[1] ?? ''));
  const all = [...folders].sort().flatMap((folder) => {
    const facts = problems.collect(() => readFacts(tree, folder, problems));
    return facts === undefined ? [] : [facts];
  });
  for (const [index, facts] of all.entries()) {
    const twin = all.slice(0, index).find((other) => other.operationSuffix === facts.operationSuffix);
    if (twin !== undefined) {
      problems.add(
        'algorithm-facts',
        `${twin.name} and ${facts.name} both have the operationSuffix ${facts.operationSuffix}`,
      );
    }
  }
  problems.throwIfAny();
  return all;
}

function readFacts(tree: SourceTree, folder: string, problems: ProblemList): AlgorithmFacts {
  const source = tree.readObject(`algorithms/${folder}/${FACTS_FILE}`);
  checkAgainst(FACTS_SCHEMA, source, 'algorithm-facts');
  const facts = factsOf(source);
  if (facts.name !== folder) {
    const message = `the folder is called ${folder} but the name is ${facts.name}; make them the same`;
    problems.add('algorithm-facts', message, positionOf(source, 'name'));
  }
  return facts;
}

/** The facts of a source that has passed the check: the six that every algorithm states, then its own in their order. */
function factsOf(source: JsonObject): AlgorithmFacts {
  const text = (key: string): string => String(source[key]);
  const own = Object.entries(source).flatMap(([key, value]): [string, string | number | boolean][] =>
    typeof value === 'object' ? [] : [[key, value]],
  );
  return {
    name: text('name'),
    title: text('title'),
    operationSuffix: text('operationSuffix'),
    version: text('version'),
    summary: text('summary'),
    description: text('description'),
    ...Object.fromEntries(own),
  };
}
