// Owns reading clients/languages.json: what is known of each language, checked by the schema beside it. Must not know a language.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';

export const REPOSITORY = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
export const CLIENTS = join(REPOSITORY, 'clients');

export type CommandLine = readonly string[];

export interface GeneratorFacts {
  readonly view: 'union' | 'flat';
  readonly generator?: string;
  readonly library?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly globalProperties?: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  readonly command?: CommandLine;
  readonly keep?: readonly string[];
  readonly replace?: Readonly<Record<string, string>>;
  readonly from?: string;
  readonly to?: string;
}

/** One row; languages.schema.json says what each fact means. */
export interface LanguageFacts {
  readonly title: string;
  readonly generate?: GeneratorFacts;
  readonly toolchain: readonly { readonly needs: string; readonly check: CommandLine }[];
  readonly build?: readonly CommandLine[];
  readonly test?: readonly CommandLine[];
  readonly driver: CommandLine;
  readonly manifest?: { readonly file: string; readonly version: string };
  readonly inNpmTest?: boolean;
  readonly speed?: { readonly timesPlain: number };
  readonly lacks?: Readonly<Record<string, string>>;
}

export interface Language extends LanguageFacts {
  /** Its key, which is its folder in clients/. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}

export interface Languages {
  readonly openapiGenerator: OpenapiGenerator;
  readonly all: readonly Language[];
}

/** Which jar of openapi-generator is used. */
export interface OpenapiGenerator {
  readonly version: string;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** @throws Error that names every mistake in the file */
export async function readLanguages(): Promise<Languages> {
  const file = JSON.parse(await readFile(join(CLIENTS, 'languages.json'), 'utf8'));
  const validate = new Ajv({ allErrors: true, strict: false }).compile<{
    readonly openapiGenerator: OpenapiGenerator;
    readonly languages: Readonly<Record<string, LanguageFacts>>;
  }>(JSON.parse(await readFile(join(CLIENTS, 'languages.schema.json'), 'utf8')));
  if (!validate(file)) {
    const lines = (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );
    throw new Error(`clients/languages.json:\n${lines.join('\n')}`);
  }
  const all = Object.entries(file.languages).map(([name, facts]) => ({ ...facts, name, folder: join(CLIENTS, name) }));
  return { openapiGenerator: file.openapiGenerator, all };
}

/** Those that are named, or all. @throws Error for a name that is no row */
export function chosen({ all }: Languages, names: readonly string[]): readonly Language[] {
  const unknown = names.filter((name) => !all.some((language) => language.name === name));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ');
    throw new Error(`Expected languages of clients/languages.json (${known}), got ${unknown.join(', ')}.`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}
