// Owns where in which file an object of a document came from. Positions follow an object through bundling and
// specialising, so that a late phase can still point at the line that an author wrote.

export interface Position {
  /** Path from the repository root with forward slashes, for example `spec/common/schemas/status.yaml`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export interface Origin {
  readonly self: Position;
  /** Of each key of an object; of each entry, by its index, of a list. */
  readonly keys: ReadonlyMap<string, Position>;
}

// Keyed by identity: an object that no phase holds any more takes its origin with it.
const origins = new WeakMap<object, Origin>();

export function recordOrigin(value: object, origin: Origin): void {
  origins.set(value, origin);
}

/** Gives `copy` the origin of `from` and returns it. */
export function inheritOrigin<T extends object>(from: object, copy: T): T {
  const origin = origins.get(from);
  if (origin !== undefined) {
    origins.set(copy, origin);
  }
  return copy;
}

/** Where `value`, or its entry `key`, was written; undefined for an object that the generator made itself. */
export function positionOf(value: object, key?: string | number): Position | undefined {
  const origin = origins.get(value);
  return key === undefined ? origin?.self : (origin?.keys.get(String(key)) ?? origin?.self);
}
