// Owns walking a pair of schemata in step: properties, items, union members, references. A component is compared once for each
// direction, however often it is used.
import { referencedName, resolve } from '../document.ts';
import { isObject, type JsonObject, type JsonValue, listAt, objectAt, stringAt, stringsAt } from '../json.ts';
import type { ChangeList } from './change.ts';
import { compareKeywords, type SchemaPair } from './compare-limits.ts';

export class SchemaComparison {
  readonly #base: JsonObject;
  readonly #next: JsonObject;
  readonly #changes: ChangeList;
  readonly #done = new Set<string>();

  /** @param base @param next the whole documents, in which references are looked up */
  constructor(base: JsonObject, next: JsonObject, changes: ChangeList) {
    this.#base = base;
    this.#next = next;
    this.#changes = changes;
  }

  /** Adds what changed from the schema `base` to the schema `next`, both seen at `place`. */
  compare(
    base: JsonValue | undefined,
    next: JsonValue | undefined,
    place: string,
    direction: 'request' | 'response',
  ): void {
    const [from, to] = [resolve(this.#base, base), resolve(this.#next, next)];
    if (from === undefined || to === undefined) {
      if (from !== to) {
        this.#changes.break(
          'schema-changed',
          place,
          'both',
          from === undefined ? 'a schema was added' : 'the schema was removed',
        );
      }
      return;
    }
    const name = referencedName(base);
    const key = `${direction} ${name} ${referencedName(next)}`;
    if (name !== undefined && this.#done.has(key)) {
      return;
    }
    this.#done.add(key);
    const pair: SchemaPair = { base: from, next: to, place: name ?? place, direction };
    compareKeywords(pair, this.#changes);
    this.#compareProperties(pair);
    this.#compareExtra(pair);
    if (from['items'] !== undefined || to['items'] !== undefined) {
      this.compare(from['items'], to['items'], `${pair.place}[]`, direction);
    }
    for (const keyword of ['oneOf', 'anyOf', 'allOf']) {
      this.#compareMembers(pair, keyword);
    }
    if (JSON.stringify(from['not']) !== JSON.stringify(to['not'])) {
      this.#changes.break('schema-changed', `${pair.place}.not`, 'both', 'the excluded schema changed');
    }
  }

  #compareProperties({ base, next, place, direction }: SchemaPair): void {
    const [before, after] = [objectAt(base, 'properties'), objectAt(next, 'properties')];
    const [wasRequired, isRequired] = [stringsAt(base, 'required'), stringsAt(next, 'required')];
    for (const [name, property] of Object.entries(before)) {
      const here = `${place}.${name}`;
      if (after[name] === undefined) {
        this.#changes.break('property-removed', here, direction, 'the property was removed');
        continue;
      }
      if (direction === 'request' && !wasRequired.includes(name) && isRequired.includes(name)) {
        this.#changes.break('property-required', here, direction, 'the property became required');
      }
      if (direction === 'response' && wasRequired.includes(name) && !isRequired.includes(name)) {
        this.#changes.break('property-optional', here, direction, 'the property may be missing now');
      }
      this.compare(property, after[name], here, direction);
    }
    for (const name of Object.keys(after).filter((key) => before[key] === undefined)) {
      const here = `${place}.${name}`;
      if (direction === 'request' && isRequired.includes(name)) {
        this.#changes.break('property-required', here, direction, 'a required property was added');
      } else {
        this.#changes.note('property-added', here, direction, 'the property is new');
      }
    }
  }

  #compareExtra({ base, next, place, direction }: SchemaPair): void {
    const [before, after] = [base['additionalProperties'] ?? true, next['additionalProperties'] ?? true];
    if (isObject(before) && isObject(after)) {
      this.compare(before, after, `${place}.*`, direction);
      return;
    }
    // From any, through some kind, to none.
    const reach = (value: JsonValue): number => (value === true ? 2 : isObject(value) ? 1 : 0);
    if (reach(after) < reach(before) && direction === 'request' && isObjectSchema(base)) {
      this.#changes.break('object-closed', place, direction, 'further properties are refused now');
    }
    if (reach(after) > reach(before) && direction === 'response') {
      this.#changes.note('object-opened', place, direction, 'further properties may come now');
    }
  }

  #compareMembers({ base, next, place, direction }: SchemaPair, keyword: string): void {
    if (keyword !== 'allOf' && (base[keyword] === undefined) !== (next[keyword] === undefined)) {
      this.#changes.break(
        'schema-changed',
        place,
        'both',
        `${keyword} was ${base[keyword] === undefined ? 'added' : 'removed'}`,
      );
      return;
    }
    const before = membersOf(this.#base, base, keyword);
    const after = membersOf(this.#next, next, keyword);
    for (const [name, member] of before) {
      const same = after.get(name);
      if (same === undefined) {
        const rule = keyword === 'allOf' ? 'part-removed' : 'variant-removed';
        this.#changes.break(rule, place, direction, `${name} is no member of ${keyword} any more`);
      } else {
        this.compare(member, same, `${place}.${name}`, direction);
      }
    }
    for (const name of [...after.keys()].filter((key) => !before.has(key))) {
      // A new variant may come in an answer that old clients cannot read; a new part of allOf demands more of a request.
      const isBreaking = (keyword === 'allOf') === (direction === 'request');
      const rule = keyword === 'allOf' ? 'part-added' : 'variant-added';
      this.#changes[isBreaking ? 'break' : 'note'](rule, place, direction, `${name} is a new member of ${keyword}`);
    }
  }
}

function isObjectSchema(schema: JsonObject): boolean {
  return schema['type'] === 'object' || schema['properties'] !== undefined;
}

/** Union members by their name: the component, the title, or the place in the list. */
function membersOf(document: JsonObject, schema: JsonObject, keyword: string): Map<string, JsonValue> {
  return new Map(
    listAt(schema, keyword).map((member, index) => {
      const title = stringAt(resolve(document, member) ?? {}, 'title');
      return [referencedName(member) ?? title ?? `${keyword}[${index}]`, member];
    }),
  );
}
