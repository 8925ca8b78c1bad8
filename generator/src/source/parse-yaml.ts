// Owns turning YAML text into plain values that remember their positions. JSON is read the same way, since it is YAML too.
// Must not know what a file means.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { JsonObject, JsonValue } from '../json.ts';
import { ProblemList } from '../problems.ts';
import { type Position, recordOrigin } from './position.ts';

/**
 * @param file shown in problems
 * @throws ContractProblems for each syntax error, duplicate key and alias
 */
export function parseYaml(text: string, file: string): JsonValue {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = new ProblemList();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  for (const error of [...document.errors, ...document.warnings]) {
    problems.add('yaml', error.message, at(error.pos[0]));
  }
  problems.throwIfAny();

  const plainOf = (node: unknown): JsonValue => {
    if (isScalar(node)) {
      return scalarOf(node.value);
    }
    if (isAlias(node)) {
      problems.add(
        'yaml',
        'an alias hides what a file says; write the value out or $ref a file',
        at(node.range?.[0] ?? 0),
      );
      return null;
    }
    const keys = new Map<string, Position>();
    const self = at((isMap(node) || isSeq(node) ? node.range?.[0] : undefined) ?? 0);
    if (isSeq(node)) {
      const list = node.items.map((item, index) => {
        keys.set(String(index), at(offsetOf(item)));
        return plainOf(item);
      });
      recordOrigin(list, { self, keys });
      return list;
    }
    if (isMap(node)) {
      const object: JsonObject = {};
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
        keys.set(key, at(offsetOf(pair.key)));
        object[key] = plainOf(pair.value);
      }
      recordOrigin(object, { self, keys });
      return object;
    }
    return null;
  };
  const value = plainOf(document.contents);
  problems.throwIfAny();
  return value;
}

function offsetOf(node: unknown): number {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? (node.range?.[0] ?? 0) : 0;
}

function scalarOf(value: unknown): JsonValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
