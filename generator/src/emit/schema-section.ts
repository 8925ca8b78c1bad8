// Owns how a schema is shown in the reference: its type in words, its limits, a table of its fields.
import { referencedName, resolve } from '../document.ts';
import { isObject, type JsonObject, type JsonValue, listAt, objectAt, stringAt, stringsAt } from '../json.ts';
import { blocks, inlineCode, markdownTable } from './markdown-text.ts';

/** One component schema as a section of the reference. */
export function schemaSection(document: JsonObject, name: string, schema: JsonObject): string {
  return blocks(`### ${name}`, stringAt(schema, 'description') ?? '', schemaBody(document, schema));
}

function schemaBody(document: JsonObject, schema: JsonObject): string {
  for (const [key, words] of [
    ['oneOf', 'Exactly one of:'],
    ['anyOf', 'At least one of:'],
    ['allOf', 'All of:'],
  ] as const) {
    const members = listAt(schema, key);
    if (members.length > 0) {
      return blocks(words, members.map((member) => `- ${typeOf(member)}`).join('\n'));
    }
  }
  const required = stringsAt(schema, 'required');
  const rows = Object.entries(objectAt(schema, 'properties')).map(([name, property]) => {
    const own = resolve(document, property) ?? {};
    const description = [stringAt(own, 'description') ?? '', limitsOf(isObject(property) ? property : {})];
    return [inlineCode(name), typeOf(property), required.includes(name) ? 'yes' : 'no', sentences(description)];
  });
  if (rows.length > 0) {
    return markdownTable(['Field', 'Type', 'Required', 'Description'], rows);
  }
  return schema['type'] === 'object' ? 'No fields.' : sentences([`Type: ${typeOf(schema)}.`, limitsOf(schema)]);
}

/** The type in words; a named schema is a link to its section. */
export function typeOf(schema: JsonValue | undefined): string {
  const name = referencedName(schema);
  if (name !== undefined) {
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (!isObject(schema)) {
    return 'any value';
  }
  const { type, format, items } = schema;
  if (type === 'array') {
    return `list of ${typeOf(items)}`;
  }
  if (type === 'object') {
    const values = schema['additionalProperties'];
    return isObject(values) ? `map to ${typeOf(values)}` : 'object';
  }
  const words = typeof type === 'string' ? type : 'any value';
  return format === 'byte' ? 'string (base64)' : typeof format === 'string' ? `${words} (${format})` : words;
}

/** The limits of a value in one sentence each. */
export function limitsOf(schema: JsonObject): string {
  const found: string[] = [];
  const range = (low: string, high: string, unit: string): void => {
    const [from, to] = [schema[low], schema[high]];
    if (from !== undefined && from === to) {
      found.push(`Exactly ${from}${unit}.`);
    } else if (from !== undefined && to !== undefined) {
      found.push(`${from} to ${to}${unit}.`);
    } else if (from !== undefined) {
      found.push(`At least ${from}${unit}.`);
    } else if (to !== undefined) {
      found.push(`At most ${to}${unit}.`);
    }
  };
  range('minimum', 'maximum', '');
  range('minLength', 'maxLength', ' characters');
  range('minItems', 'maxItems', ' entries');
  const values = listAt(schema, 'enum');
  if (values.length > 0) {
    found.push(`One of ${values.map((value) => inlineCode(String(value))).join(', ')}.`);
  }
  const pattern = stringAt(schema, 'pattern');
  if (pattern !== undefined) {
    found.push(`Pattern ${inlineCode(pattern)}.`);
  }
  if (schema['default'] !== undefined) {
    found.push(`Default ${inlineCode(JSON.stringify(schema['default']))}.`);
  }
  if (schema['nullable'] === true) {
    found.push('May be null.');
  }
  return found.join(' ');
}

function sentences(parts: readonly string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}
