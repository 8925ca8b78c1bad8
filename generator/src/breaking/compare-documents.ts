// Owns comparing two bundled documents: paths, operations, parameters, bodies, answers, security, names of schemata. Knows no
// version numbers: whether a breaking change may be made is decided elsewhere.
import { type Operation, operationsOf, parametersOf, resolve, schemasOf } from '../document.ts';
import { isObject, type JsonObject, listAt, objectAt, stringAt } from '../json.ts';
import { type Change, ChangeList } from './change.ts';
import { SchemaComparison } from './compare-schemas.ts';

/** Every change from `base` to `next` that a client may notice, breaking ones and notes, in the order of the base. */
export function compareDocuments(base: JsonObject, next: JsonObject): readonly Change[] {
  const changes = new ChangeList();
  const schemas = new SchemaComparison(base, next, changes);
  const nextOperations = new Map(operationsOf(next).map((found) => [keyOf(found), found]));
  const nextPaths = objectAt(next, 'paths');
  const removedPaths = Object.keys(objectAt(base, 'paths')).filter((path) => nextPaths[path] === undefined);
  for (const path of removedPaths) {
    changes.break('path-removed', path, 'both', 'the path was removed');
  }
  for (const before of operationsOf(base).filter(({ path }) => !removedPaths.includes(path))) {
    const after = nextOperations.get(keyOf(before));
    if (after === undefined) {
      changes.break('operation-removed', keyOf(before), 'both', 'the operation was removed');
    } else {
      compareOperation({ base, next, before, after, place: keyOf(before), changes, schemas });
    }
  }
  const nextNames = Object.keys(schemasOf(next));
  for (const name of Object.keys(schemasOf(base)).filter((key) => !nextNames.includes(key))) {
    changes.break(
      'schema-renamed',
      name,
      'both',
      'no schema has this title any more; generated clients name a type by it',
    );
  }
  return changes.all;
}

/** One operation in both documents. */
interface Pair {
  readonly base: JsonObject;
  readonly next: JsonObject;
  readonly before: Operation;
  readonly after: Operation;
  readonly place: string;
  readonly changes: ChangeList;
  readonly schemas: SchemaComparison;
}

function keyOf({ method, path }: Operation): string {
  return `${method.toUpperCase()} ${path}`;
}

function compareOperation(pair: Pair): void {
  const { before, after, place, changes } = pair;
  const [oldId, newId] = [stringAt(before.operation, 'operationId'), stringAt(after.operation, 'operationId')];
  if (oldId !== newId) {
    changes.break(
      'operation-renamed',
      place,
      'both',
      `the operationId ${oldId} became ${newId}; clients call it by that name`,
    );
  }
  compareSecurity(pair);
  compareParameters(pair);
  compareRequestBody(pair);
  compareResponses(pair);
}

function compareSecurity({ base, next, before, after, place, changes }: Pair): void {
  const alternatives = (document: JsonObject, { operation }: Operation): string[] => {
    const holder = operation['security'] === undefined ? document : operation;
    const listed = listAt(holder, 'security').map((entry) => JSON.stringify(entry));
    return listed.length === 0 ? ['{}'] : listed;
  };
  const allowed = alternatives(next, after);
  // What needs no credentials at all accepts every caller.
  const lost = allowed.includes('{}') ? [] : alternatives(base, before).filter((way) => !allowed.includes(way));
  if (lost.length > 0) {
    changes.break('security-added', place, 'request', `a call with ${lost.join(' or ')} is refused now`);
  }
}

function compareParameters({ base, next, before, after, place, changes, schemas }: Pair): void {
  const keyed = (document: JsonObject, operation: Operation): Map<string, JsonObject> =>
    new Map(
      parametersOf(document, operation).map((entry) => [`${stringAt(entry, 'in')} ${stringAt(entry, 'name')}`, entry]),
    );
  const [old, now] = [keyed(base, before), keyed(next, after)];
  for (const [key, parameter] of old) {
    const here = `${place} ${key}`;
    const same = now.get(key);
    if (same === undefined) {
      changes.break('parameter-removed', here, 'request', 'the parameter was removed');
      continue;
    }
    if (parameter['required'] !== true && same['required'] === true) {
      changes.break('parameter-required', here, 'request', 'the parameter became required');
    }
    schemas.compare(parameter['schema'], same['schema'], here, 'request');
  }
  for (const [key, parameter] of now) {
    if (!old.has(key) && parameter['required'] === true) {
      changes.break('parameter-required', `${place} ${key}`, 'request', 'a required parameter was added');
    }
  }
}

function compareRequestBody(pair: Pair): void {
  const { base, next, before, after, place, changes } = pair;
  const old = resolve(base, before.operation['requestBody']);
  const now = resolve(next, after.operation['requestBody']);
  if (old !== undefined && now === undefined) {
    changes.break('body-removed', place, 'request', 'the request body was removed');
  }
  if (now?.['required'] === true && old?.['required'] !== true) {
    changes.break('body-required', place, 'request', 'a request body became required');
  }
  if (old !== undefined && now !== undefined) {
    compareContent(pair, old, now, `${place} body`, 'request');
  }
}

function compareResponses(pair: Pair): void {
  const { base, next, before, after, place, changes, schemas } = pair;
  const [old, now] = [objectAt(before.operation, 'responses'), objectAt(after.operation, 'responses')];
  for (const [status, entry] of Object.entries(old)) {
    const here = `${place} ${status}`;
    const [from, to] = [resolve(base, entry) ?? {}, resolve(next, now[status])];
    if (to === undefined) {
      changes.break('status-removed', here, 'response', 'the status is not answered any more');
      continue;
    }
    compareContent(pair, from, to, here, 'response');
    for (const [name, header] of Object.entries(objectAt(from, 'headers'))) {
      const [was, is] = [resolve(base, header) ?? {}, resolve(next, objectAt(to, 'headers')[name])];
      if (is === undefined) {
        changes.break('header-removed', `${here} ${name}`, 'response', 'the header was removed');
        continue;
      }
      if (was['required'] === true && is['required'] !== true) {
        changes.break('header-optional', `${here} ${name}`, 'response', 'the header may be missing now');
      }
      schemas.compare(was['schema'], is['schema'], `${here} ${name}`, 'response');
    }
  }
  for (const status of Object.keys(now).filter((key) => old[key] === undefined)) {
    changes.note('status-added', `${place} ${status}`, 'response', 'the status is new');
  }
}

function compareContent(
  pair: Pair,
  from: JsonObject,
  to: JsonObject,
  place: string,
  direction: 'request' | 'response',
): void {
  const [old, now] = [objectAt(from, 'content'), objectAt(to, 'content')];
  for (const [type, media] of Object.entries(old)) {
    const same = now[type];
    if (!isObject(media) || !isObject(same)) {
      pair.changes.break('media-type-removed', `${place} ${type}`, direction, 'the media type was removed');
    } else {
      pair.schemas.compare(media['schema'], same['schema'], `${place} ${type}`, direction);
    }
  }
}
