// Owns what the generator tells an author about a broken spec: where, which rule, what to do. A phase collects all of its
// problems and then fails once. Must not know how they are printed.
import type { Position } from './source/position.ts';

export interface Problem {
  /** Short kebab-case name of the rule, for example `no-cycle`. */
  readonly rule: string;
  readonly message: string;
  /** Absent where no single file is to blame. */
  readonly position?: Position;
}

/** Thrown at the end of a phase that found at least one problem. */
export class ContractProblems extends Error {
  override readonly name = 'ContractProblems';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** Collects the problems of one phase. */
export class ProblemList {
  readonly #problems = new Map<string, Problem>();

  /** A problem seen twice (once per document that holds the file) is kept once. */
  add(rule: string, message: string, position?: Position): void {
    const problem: Problem = position === undefined ? { rule, message } : { rule, message, position };
    this.#problems.set(formatProblem(problem), problem);
  }

  /** Runs `work` and, when it throws contract problems, keeps them and answers undefined, so that its siblings still run. */
  collect<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ContractProblems)) {
        throw error;
      }
      for (const { rule, message, position } of error.problems) {
        this.add(rule, message, position);
      }
      return undefined;
    }
  }

  get all(): readonly Problem[] {
    return [...this.#problems.values()].sort(byPlace);
  }

  throwIfAny(): void {
    if (this.#problems.size > 0) {
      throw new ContractProblems(this.all);
    }
  }
}

/** `file:line:column rule message`, the form that editors and terminals turn into a link. */
export function formatProblem({ rule, message, position }: Problem): string {
  return position === undefined
    ? `${rule} ${message}`
    : `${position.file}:${position.line}:${position.column} ${rule} ${message}`;
}

function byPlace(a: Problem, b: Problem): number {
  const fileA = a.position?.file ?? '';
  const fileB = b.position?.file ?? '';
  if (fileA !== fileB) {
    return fileA < fileB ? -1 : 1;
  }
  const line = (a.position?.line ?? 0) - (b.position?.line ?? 0);
  return line === 0 ? (a.position?.column ?? 0) - (b.position?.column ?? 0) : line;
}
