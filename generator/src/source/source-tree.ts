// Owns reading the spec folder: each file once, with its positions, and the record of which files were read. Paths are
// relative to the spec folder with forward slashes. Must not know what a file means.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix, resolve } from 'node:path';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { ContractProblems } from '../problems.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Position } from './position.ts';

export class SourceTree {
  /** Absolute path of the spec folder. */
  readonly root: string;
  readonly #parsed = new Map<string, JsonValue>();

  constructor(specFolder: string) {
    this.root = resolve(specFolder);
  }

  /** Files that have been read so far. */
  get filesRead(): ReadonlySet<string> {
    return new Set(this.#parsed.keys());
  }

  /** How problems name a file: from the repository root, so that a terminal can link it. */
  displayName(path: string): string {
    return posix.join(basename(this.root), path);
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** The files below `folder` whose name ends in `suffix`, sorted; none where the folder does not exist. */
  list(folder: string, suffix: string): string[] {
    if (!this.has(folder)) {
      return [];
    }
    return readdirSync(join(this.root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(this.root.length + 1)
          .replaceAll('\\', '/'),
      )
      .sort();
  }

  /**
   * The object that a YAML or JSON file holds. The same object each time: callers copy before they change.
   *
   * @param from where the file was asked for, named in the problem when it does not exist
   * @throws ContractProblems when the file is missing, is not YAML or does not hold an object
   */
  readObject(path: string, from?: Position): JsonObject {
    const value = this.#read(path, from);
    if (!isObject(value)) {
      throw problem('one-object-per-file', 'expected one object in this file', {
        file: this.displayName(path),
        line: 1,
        column: 1,
      });
    }
    return value;
  }

  #read(path: string, from?: Position): JsonValue {
    const known = this.#parsed.get(path);
    if (known !== undefined) {
      return known;
    }
    if (!this.has(path)) {
      throw problem('file-exists', `there is no file ${this.displayName(path)}`, from);
    }
    const value = parseYaml(readFileSync(join(this.root, path), 'utf8'), this.displayName(path));
    this.#parsed.set(path, value);
    return value;
  }
}

function problem(rule: string, message: string, position?: Position): ContractProblems {
  return new ContractProblems([position === undefined ? { rule, message } : { rule, message, position }]);
}
