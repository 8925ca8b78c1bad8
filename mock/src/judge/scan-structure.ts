// Owns one pass over a JSON text for what JSON.parse hides: how deep it nests and which names stand twice (RFC 8259, section 4).
// Tolerates any text; whether it is JSON is JSON.parse's to say.

export interface Structure {
  /** Paths with slashes of the names that stand again in their object. */
  readonly repeated: ReadonlySet<string>;
  readonly tooDeep: boolean;
}

interface Level {
  readonly path: string;
  /** Undefined in a list. */
  readonly names: Set<string> | undefined;
  /** Where the next value stands: its name, or its index. */
  key: string;
  index: number;
}

/** Deeper objects than those of instances and parameters are no part of any contract. */
const NAMES_TO_DEPTH = 3;

const CODE = { quote: 34, backslash: 92, openObject: 123, closeObject: 125, openList: 91, closeList: 93, comma: 44 };

export function scanStructure(text: string, maxDepth: number): Structure {
  const repeated = new Set<string>();
  const levels: Level[] = [];
  let expectsName = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === CODE.quote) {
      const end = endOfString(text, at);
      const level = levels.at(-1);
      if (expectsName && level?.names !== undefined) noteName(level, text.slice(at, end + 1), repeated);
      expectsName = false;
      at = end;
    } else if (code === CODE.openObject || code === CODE.openList) {
      if (levels.length === maxDepth) return { repeated, tooDeep: true };
      const isObject = code === CODE.openObject;
      const watched = isObject && levels.length < NAMES_TO_DEPTH;
      levels.push({ path: pathOf(levels.at(-1)), names: watched ? new Set() : undefined, key: '', index: 0 });
      expectsName = isObject;
    } else if (code === CODE.closeObject || code === CODE.closeList) {
      levels.pop();
      expectsName = false;
    } else if (code === CODE.comma) {
      const level = levels.at(-1);
      expectsName = level?.names !== undefined;
      if (level !== undefined) level.index++;
    }
  }
  return { repeated, tooDeep: false };
}

/** Index of the closing quote, or the text's end. */
function endOfString(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === CODE.backslash) backslashes++;
    if (backslashes % 2 === 0) return quote;
    from = quote + 1;
  }
}

function noteName(level: Level, token: string, repeated: Set<string>): void {
  const name = unescaped(token);
  if (name === undefined) return;
  level.key = name;
  const path = pathOf(level);
  if (level.names?.has(name)) repeated.add(path);
  level.names?.add(name);
}

function pathOf(level: Level | undefined): string {
  if (level === undefined) return '';
  const last = level.names === undefined ? String(level.index) : level.key;
  return level.path === '' ? last : `${level.path}/${last}`;
}

/** The same name may be spelled with escapes. */
function unescaped(token: string): string | undefined {
  try {
    return String(JSON.parse(token));
  } catch {
    return undefined;
  }
}
