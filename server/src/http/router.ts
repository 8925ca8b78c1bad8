// Owns how a path becomes an operation: the contract's paths as Hono routes, with Google's custom verbs (AIP-136) and 405.
// Hono has no pattern for `{endpoint}:predict`, so the last segment is taken whole and split here, after percent-decoding.
import { RequestError } from '../errors.ts';

export interface ContractRoute {
  readonly method: string;
  /** OpenAPI path template, for example `/v1/endpoints/{endpoint}:predict`. */
  readonly path: string;
}

/** What one Hono path leads to: operations by the text behind the last parameter (`:predict`, `.yaml`, or none). */
export interface RouteGroup<Id extends string> {
  /** For example `/v1/endpoints/:endpoint`. */
  readonly honoPath: string;
  /** The name of the last segment's parameter; undefined when that segment is fixed text. */
  readonly lastParameter: string | undefined;
  /** suffix → METHOD → operation */
  readonly suffixes: ReadonlyMap<string, ReadonlyMap<string, Id>>;
}

/** Groups the contract's routes by the Hono path that catches them. */
export function groupRoutes<Id extends string>(routes: Readonly<Record<Id, ContractRoute>>): RouteGroup<Id>[] {
  const groups = new Map<
    string,
    { honoPath: string; lastParameter: string | undefined; suffixes: Map<string, Map<string, Id>> }
  >();
  // Object.entries widens the keys to string; they are the record's own.
  for (const [id, { method, path }] of Object.entries(routes) as [Id, ContractRoute][]) {
    const [, head = path, lastParameter, suffix = ''] = /^(.*\/)\{(\w+)\}([^/{}]*)$/.exec(path) ?? [];
    const honoPath = head.replace(/\{(\w+)\}/g, ':$1') + (lastParameter === undefined ? '' : `:${lastParameter}`);
    const group = groups.get(honoPath) ?? { honoPath, lastParameter, suffixes: new Map<string, Map<string, Id>>() };
    groups.set(honoPath, group);
    const methods = group.suffixes.get(suffix) ?? new Map<string, Id>();
    group.suffixes.set(suffix, methods.set(method.toUpperCase(), id));
  }
  return [...groups.values()];
}

/** One of the operations of a group, which all stand at one path but for verb and method. */
export function anyOperation<Id extends string>({ suffixes }: RouteGroup<Id>): Id {
  for (const methods of suffixes.values()) for (const id of methods.values()) return id;
  throw new Error('A path without operations has a route. This is a bug.');
}

export interface Match<Id extends string> {
  readonly operation: Id;
  readonly path: Readonly<Record<string, string>>;
}

/** Finds the operation of a call. Throws RequestError with ROUTE_NOT_FOUND or METHOD_NOT_ALLOWED. */
export function matchOperation<Id extends string>(
  group: RouteGroup<Id>,
  method: string,
  parameters: Readonly<Record<string, string>>,
): Match<Id> {
  const last = group.lastParameter === undefined ? '' : (parameters[group.lastParameter] ?? '');
  const suffix = suffixOf(group, last);
  const methods = suffix === undefined ? undefined : group.suffixes.get(suffix);
  if (suffix === undefined || methods === undefined) throw routeNotFound();
  const operation = methods.get(requireMethod([...methods.keys()], method));
  if (operation === undefined) throw new Error('A method of a route has no operation. This is a bug.');
  const path =
    group.lastParameter === undefined
      ? parameters
      : { ...parameters, [group.lastParameter]: last.slice(0, last.length - suffix.length) };
  return { operation, path };
}

/** Gives the one of `methods` that a call asks for. Throws RequestError with METHOD_NOT_ALLOWED when it is none of them. */
export function requireMethod(methods: readonly string[], method: string): string {
  // RFC 9110, section 9.3.2: HEAD is GET without the body, which Node leaves out.
  const asked = method === 'HEAD' ? 'GET' : method;
  if (methods.includes(asked)) return asked;
  const allow = methods.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  throw new RequestError(
    'METHOD_NOT_ALLOWED',
    `Expected the method ${allow.join(' or ')}, got ${method.slice(0, 20)}.`,
    {
      allow,
    },
  );
}

export function routeNotFound(): RequestError {
  return new RequestError('ROUTE_NOT_FOUND', 'No operation has this path. Compare it with the reference under /docs.');
}

/** A segment with a colon is always a verb (AIP-136), so an unknown verb is not an odd id. */
function suffixOf<Id extends string>(group: RouteGroup<Id>, last: string): string | undefined {
  const colon = last.lastIndexOf(':');
  if (colon >= 0) return last.slice(colon);
  for (const suffix of group.suffixes.keys()) {
    if (suffix !== '' && last.endsWith(suffix)) return suffix;
  }
  return '';
}
