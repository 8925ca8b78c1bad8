// Owns joining the spec's files into one OpenAPI document: each referenced file becomes a component, path items are put in
// place. Must not know what an algorithm is: a substitution tells it which files stand for which.
import { copyWith } from '../copy.ts';
import { errorReasonSchema, fillErrorLevel } from '../error-catalogue.ts';
import { isObject, type JsonObject, type JsonValue, objectAt, sortedByKey, stringAt } from '../json.ts';
import { baseNameOf, isPascalCase, pascalCaseOf } from '../names.ts';
import { ContractProblems, ProblemList } from '../problems.ts';
import { positionOf } from '../source/position.ts';
import type { SourceTree } from '../source/source-tree.ts';
import { ERROR_CATALOGUE_FILE, type Kind, kindOf, resolveReference } from './reference.ts';

/** A bundled document and the names that its files were given. */
export interface Bundle {
  readonly document: JsonObject;
  /** Title of the schema that a file became, by the file's path in the spec folder, after substitution. */
  readonly schemaNames: ReadonlyMap<string, string>;
}

/**
 * Bundles `openapi.yaml` with everything that it refers to.
 *
 * @param substitution file → the file that is read in its place
 * @throws ContractProblems with all broken references, titles and cycles
 */
export function bundle(tree: SourceTree, substitution: ReadonlyMap<string, string> = new Map()): Bundle {
  return new Bundler(tree, substitution).run();
}

type ComponentKind = Exclude<Kind, 'paths'>;

class Bundler {
  readonly #tree: SourceTree;
  readonly #substitution: ReadonlyMap<string, string>;
  readonly #problems = new ProblemList();
  /** Component by kind and name, with the file that claimed the name. */
  readonly #components = new Map<ComponentKind, Map<string, { file: string; value: JsonValue }>>();
  /** Name of the component that a file became. */
  readonly #nameOf = new Map<string, string>();
  /** Files that are being read, outermost first: a file that turns up again closes a cycle. */
  readonly #open: string[] = [];

  constructor(tree: SourceTree, substitution: ReadonlyMap<string, string>) {
    this.#tree = tree;
    this.#substitution = substitution;
  }

  run(): Bundle {
    const root = this.#tree.readObject('openapi.yaml');
    const document = this.#copy(root, 'openapi.yaml');
    this.#problems.throwIfAny();
    if (!isObject(document)) {
      throw new Error('Copying the root gave no object. This is a bug.');
    }
    const components = objectAt(document, 'components');
    for (const [kind, named] of this.#components) {
      const own = Object.entries(objectAt(components, kind));
      const fromFiles = [...named].map(([name, { value }]): [string, JsonValue] => [name, value]);
      components[kind] = sortedByKey([...own, ...fromFiles]);
    }
    document['components'] = sortedByKey(Object.entries(components));
    const schemas = this.#components.get('schemas') ?? new Map();
    return { document, schemaNames: new Map([...schemas].map(([name, { file }]) => [file, name])) };
  }

  #copy(value: JsonObject, file: string): JsonValue {
    return copyWith(value, (object) => (typeof object['$ref'] === 'string' ? this.#follow(object, file) : undefined));
  }

  /** What stands in the place of a reference: the path item itself, or a reference to a component. */
  #follow(reference: JsonObject, from: string): JsonValue | undefined {
    return this.#problems.collect(() => {
      const named = resolveReference(reference, from);
      const file = this.#substitution.get(named) ?? named;
      const kind = kindOf(file);
      if (kind === 'paths') {
        return this.#read(file, reference);
      }
      let name = this.#nameOf.get(file);
      if (name === undefined) {
        name = this.#addComponent(kind, file, reference);
        this.#nameOf.set(file, name);
      }
      return { $ref: `#/components/${kind}/${name}` };
    });
  }

  #addComponent(kind: ComponentKind, file: string, reference: JsonObject): string {
    const value = this.#read(file, reference);
    const name = kind === 'schemas' ? this.#title(value) : pascalCaseOf(baseNameOf(file));
    const named = this.#components.get(kind) ?? new Map<string, { file: string; value: JsonValue }>();
    const other = named.get(name);
    if (other !== undefined) {
      const files = `${this.#tree.displayName(other.file)} and ${this.#tree.displayName(file)}`;
      this.#problems.add(
        'unique-name',
        `${files} both claim the name ${name}; give one another name`,
        positionOf(value),
      );
    }
    named.set(name, { file, value });
    this.#components.set(kind, named);
    return name;
  }

  #read(file: string, reference: JsonObject): JsonObject {
    const start = this.#open.indexOf(file);
    if (start >= 0) {
      const chain = [...this.#open.slice(start), file].map((entry) => this.#tree.displayName(entry)).join(' → ');
      throw problem('no-cycle', `the contract's schemas must end: ${chain}`, reference);
    }
    const source = this.#tree.readObject(file, positionOf(reference, '$ref'));
    const own = file === ERROR_CATALOGUE_FILE ? errorReasonSchema(this.#tree) : fillErrorLevel(source, this.#tree);
    this.#open.push(file);
    const copy = this.#copy(own, file);
    this.#open.pop();
    if (!isObject(copy)) {
      throw problem('one-object-per-file', 'a file may not be just a $ref to another; refer to that one', source);
    }
    return copy;
  }

  #title(schema: JsonObject): string {
    const title = stringAt(schema, 'title');
    if (title === undefined || !isPascalCase(title)) {
      const found = title === undefined ? 'none' : `"${title}"`;
      throw problem(
        'schema-title',
        `expected a PascalCase title, which names the schema in every client, got ${found}`,
        schema,
      );
    }
    return title;
  }
}

function problem(rule: string, message: string, at: JsonObject): ContractProblems {
  const position = positionOf(at, '$ref');
  return new ContractProblems([position === undefined ? { rule, message } : { rule, message, position }]);
}
