// Owns what a change of the contract is and the list that comparisons add to. Must not know how two documents are walked.

/** A limit that tightens hurts in a request, one that loosens hurts in a response; `both` where neither side is the cause. */
export type Direction = 'request' | 'response' | 'both';

export interface Change {
  /** Kebab-case, for example `property-removed`. */
  readonly rule: string;
  /** For people, for example `POST /v1/…:predict 200 application/json predictions[].error`. */
  readonly place: string;
  readonly direction: Direction;
  readonly message: string;
  /** False for a change that old clients survive but that a release note should name. */
  readonly isBreaking: boolean;
}

export class ChangeList {
  readonly #changes: Change[] = [];

  break(rule: string, place: string, direction: Direction, message: string): void {
    this.#changes.push({ rule, place, direction, message, isBreaking: true });
  }

  note(rule: string, place: string, direction: Direction, message: string): void {
    this.#changes.push({ rule, place, direction, message, isBreaking: false });
  }

  get all(): readonly Change[] {
    return this.#changes;
  }
}

export function formatChange({ rule, place, direction, message }: Change): string {
  return `${place} (${direction}) ${rule}: ${message}`;
}
