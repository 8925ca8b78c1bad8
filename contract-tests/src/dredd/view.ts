// Owns the contract as Dredd can use it: made from the one contract on each run. Must not know a server.
import { at } from '../expectation.ts';

/** A JSON object whose members are not known yet. */
type Json = Readonly<Record<string, unknown>>;

/** Keeps operations, statuses and headers; names each operation by its id, as Dredd names an action by the summary. */
export function dreddView(document: Json): string {
  const lowered = rewrite(document, (key, value, parent) => {
    // Bodies are of the plan, and 32000 numbers in an example make the view slow to read.
    if (['examples', 'requestBody', 'tags', 'externalDocs'].includes(key)) return undefined;
    if (key === 'summary') return at(parent, 'operationId') ?? value;
    if (key === 'content') return onlyMediaType(value);
    if (key === 'headers') return requiredHeaders(value, document);
    return value;
  });
  return JSON.stringify({ ...(lowered as Json), components: keptComponents(at(lowered, 'components')) });
}

/** Of OpenAPI, not of JSON Schema: Dredd's validator refuses a schema that holds a format which it does not know. */
const OPENAPI_FORMATS = ['int32', 'int64', 'float', 'double', 'byte', 'binary'];

/** The schema with every reference replaced by what it refers to, as JSON Schema: Dredd resolves none. */
export function dereferenced(schema: unknown, document: Json): object {
  const inline = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inline);
    if (typeof value !== 'object' || value === null) return value;
    const reference = at(value, '$ref');
    if (typeof reference === 'string') return inline(at(document, ...reference.split('/').slice(1)));
    const members = Object.entries(value).filter(
      ([key, member]) => key !== 'format' || !OPENAPI_FORMATS.includes(member),
    );
    return Object.fromEntries(members.map(([key, member]) => [key, inline(member)]));
  };
  return inline(schema) as object; // a schema is an object
}

/** Dredd would make a transaction of each media type; where there are several, the recorder alone says which ones may come. */
function onlyMediaType(content: unknown): Json | undefined {
  const [mediaType = '', ...others] = Object.keys(Object(content));
  return others.length === 0 ? { [mediaType]: {} } : undefined;
}

/** Dredd demands every header that an answer declares. */
function requiredHeaders(headers: unknown, document: Json): Json {
  const entries = Object.entries(Object(headers));
  return Object.fromEntries(entries.filter(([, header]) => at(dereferenced(header, document), 'required') === true));
}

/** What is left refers to parameters, headers and security alone. */
function keptComponents(components: unknown): Json {
  return Object.fromEntries(Object.entries(Object(components)).filter(([kind]) => kind !== 'schemas'));
}

function rewrite(value: unknown, change: (key: string, value: unknown, parent: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => rewrite(member, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => {
      const changed = change(key, member, value);
      return changed === undefined ? [] : [[key, rewrite(changed, change)]];
    }),
  );
}
