// Owns the contract as Schemathesis can use it: made from the one contract on each run. Where the contract cannot say what the server
// does, the view says less, so that what Schemathesis finds is a mistake. Must not know a server.
import { at } from '../expectation.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The length of a longer list is left to the cases and to the recorder: 32000 numbers take minutes to make, and of all lengths but one
 * the server says the same.
 */
const LONGEST_LIST = 100;

/** Parameters that name something which a server has or has not; any other value is another call, and cases make those. */
const NAMES = ['endpoint', 'model', 'version', 'schema', 'deployedModel'];

export function schemathesisView(document: Json): Json {
  const changed = change(document, (value, key) => {
    // A page's token is opaque: of all texts the one that the server gave out is right.
    if (key === 'parameters' && Array.isArray(value)) {
      return value.filter((parameter) => at(resolved(parameter, document), 'name') !== 'pageToken');
    }
    if (at(value, 'in') === 'path' && NAMES.includes(String(at(value, 'name')))) {
      return { ...Object(value), schema: { type: 'string', enum: [at(value, 'example')] } };
    }
    // A bad instance is an error at its place, not of the call: whatever stands in the list, the call is accepted.
    if (key === 'instances' && at(value, 'type') === 'array') {
      return { ...Object(value), items: { anyOf: [at(value, 'items'), {}] } };
    }
    if (at(value, 'type') === 'array' && Number(at(value, 'minItems')) > LONGEST_LIST) {
      const { minItems: _, maxItems: __, ...rest } = Object(value);
      return rest;
    }
    // Whether a part of a form is a file or text, its headers say and no schema: cases make those.
    if (key === 'multipart/form-data') return undefined;
    // It would read the text as YAML and hold that against the schema of a text.
    if (key === 'content' && at(value, 'application/yaml') !== undefined) return { 'application/yaml': {} };
    return value;
  });
  return changed as Json; // a document becomes a document
}

function resolved(value: unknown, document: Json): unknown {
  const reference = at(value, '$ref');
  return typeof reference === 'string' ? at(document, ...reference.split('/').slice(1)) : value;
}

/** The value with each member replaced by what `by` gives for it, from the outside in; undefined leaves it out. */
function change(value: unknown, by: (value: unknown, key: string) => unknown, key = ''): unknown {
  const changed = by(value, key);
  if (Array.isArray(changed)) return changed.map((member) => change(member, by));
  if (typeof changed !== 'object' || changed === null) return changed;
  return Object.fromEntries(
    Object.entries(changed).flatMap(([name, member]) => {
      const kept = change(member, by, name);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}
