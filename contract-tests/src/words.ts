// Owns what is particular to an algorithm in cases that it shares with others: its sets of cases, and a word for each {{name}} in
// them. Must not know a case.
import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

/** Name → what stands for it. */
export type Words = Readonly<Record<string, string | number>>;

export interface AlgorithmCases {
  /** Folders of cases/shared/ whose cases hold for the algorithm. */
  readonly sets: readonly string[];
  readonly words: Words;
}

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['sets', 'words'],
  properties: {
    sets: { type: 'array', items: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' } },
    words: {
      type: 'object',
      propertyNames: { pattern: '^[a-z][a-z_]*$' },
      additionalProperties: { type: ['string', 'number'] },
    },
  },
};

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile<AlgorithmCases>(SCHEMA);

/** Reads an algorithm.yaml of the cases; `{{algorithm}}` is the algorithm's own name. Throws an Error with every mistake. */
export async function readAlgorithmCases(file: string, algorithm: string): Promise<AlgorithmCases> {
  const content: unknown = parse(await readFile(file, 'utf8'), { uniqueKeys: true });
  if (!validate(content)) {
    const mistakes = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
    throw new Error(`cases/${algorithm}/algorithm.yaml is not usable:\n${mistakes.join('\n')}`);
  }
  return { sets: content.sets, words: { ...content.words, algorithm } };
}

/**
 * Puts the words into every text of a JSON value. A text that is nothing but `{{name}}` becomes the word itself, a number too. Names
 * that are no word stay: they are those of tokens and generators.
 */
export function withWords(value: unknown, words: Words): unknown {
  if (typeof value === 'string') {
    const [, only] = /^\{\{(\w+)\}\}$/.exec(value) ?? [];
    if (only !== undefined) return words[only] ?? value;
    return value.replace(/\{\{(\w+)\}\}/g, (place, name: string) => String(words[name] ?? place));
  }
  if (Array.isArray(value)) return value.map((member) => withWords(member, words));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withWords(member, words)]));
}
