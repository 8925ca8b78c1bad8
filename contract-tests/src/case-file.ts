// Owns reading the case files: YAML checked by the schema beside them, variations laid over what they share. Must not know
// how a request is sent or who answers it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { readAlgorithmCases, type Words, withWords } from './words.ts';

const CASES = new URL('../cases/', import.meta.url).pathname;

/** What goes over the wire, with stand-ins (see stand-ins.ts) where a literal would be too long to read. */
export interface CaseRequest {
  /** POST by default. */
  readonly method?: string;
  /** As written, percent-encoding included; the predict path by default. */
  readonly path?: string;
  /** Over the usual ones, names without regard to case; null leaves one out; `{{token}}` is the server's token. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** `valid` by default; beside these three, a name of named-tokens.ts for the set-up `tokens`. */
  readonly token?: string;
  readonly json?: unknown;
  /** Sent as it stands, with `{{name}}` replaced by what `generate` makes under that name. */
  readonly text?: string;
  readonly generate?: Readonly<Record<string, Generator>>;
  /** The body's bytes. */
  readonly base64?: string;
  /** A stand-in whose bytes are the body, as audio/wav. */
  readonly file?: unknown;
  /** The parts of a body of multipart/form-data, named `files` unless said otherwise. */
  readonly form?: readonly FormPart[];
  /** Tensor data behind the JSON, 32-bit little-endian; the header that says where the JSON ends is set, too. */
  readonly floats?: Floats;
  /** Compresses the body and says so in Content-Encoding. */
  readonly gzip?: boolean;
  /** Leaves out this many bytes at the body's end, after compression. */
  readonly cutBytes?: number;
  /** Sends no Content-Length. */
  readonly chunked?: boolean;
}

/** One of the two: a stand-in whose bytes are a file, or a text. */
export interface FormPart {
  readonly name?: string;
  readonly file?: unknown;
  readonly text?: string;
}

export interface Floats {
  readonly count: number;
  /** Index → the four bytes at it. */
  readonly replace?: Readonly<Record<string, string>>;
  /** Leaves out this many bytes at the end. */
  readonly cutBytes?: number;
}

export type Generator =
  | { readonly numbers: number; readonly replace?: Readonly<Record<string, string>> }
  | { readonly repeat: string; readonly times: number }
  | { readonly value: unknown };

/** `prediction` for any that succeeded, or the error at that place. */
export type ExpectedPrediction = 'prediction' | { readonly reason: string; readonly description?: string };

/** What must come back. A text between slashes is a regular expression, any other must be met exactly. */
export interface Expectation {
  readonly status: number;
  readonly reason?: string;
  readonly message?: string;
  /** null: the header must be missing. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly fieldViolations?: readonly { readonly field: string; readonly description: string }[];
  readonly predictions?: readonly ExpectedPrediction[];
  /** The answer holds at least this. */
  readonly body?: unknown;
  /** Each instance sent by itself gets the same prediction, which shows that places are kept and neighbours do not matter. */
  readonly sameAlone?: boolean;
}

export interface Case {
  readonly name: string;
  readonly request: CaseRequest;
  readonly expect: Expectation;
}

export interface CaseFile {
  /** The file's name without its ending. */
  readonly name: string;
  readonly why: string;
  /** Which set-up of the server answers it, one of `profiles`. */
  readonly server: string;
  readonly cases: readonly Case[];
}

interface WrittenFile {
  readonly why: string;
  readonly server?: string;
  readonly request?: CaseRequest;
  readonly expect?: Partial<Expectation>;
  readonly variations?: readonly {
    readonly name: string;
    readonly request?: CaseRequest;
    readonly expect?: Partial<Expectation>;
  }[];
}

/**
 * Every case file of an algorithm, by name: its own and those of the shared sets that it names. Throws an Error that names the
 * file and each mistake in it.
 */
export async function loadCaseFiles(algorithm: string): Promise<CaseFile[]> {
  const { sets, words } = await readAlgorithmCases(join(CASES, algorithm, FACTS), algorithm);
  const check = await createCheck();
  const folders = [algorithm, ...sets.map((set) => join('shared', set))].map((folder) => join(CASES, folder));
  const files = await Promise.all(folders.map((folder) => readFolder(folder, check, words)));
  const all = files.flat().sort((one, other) => (one.name < other.name ? -1 : 1));
  const twice = all.find(({ name }, index) => name === all[index + 1]?.name);
  if (twice !== undefined) throw new Error(`Two case files of ${algorithm} have the name ${twice.name}; rename one.`);
  return all;
}

/** The file in an algorithm's folder that is no case. */
const FACTS = 'algorithm.yaml';

async function readFolder(folder: string, check: CheckCaseFile, words: Words): Promise<CaseFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml') && name !== FACTS);
  return Promise.all(
    names.map(async (name) =>
      readCaseFile(name.replace(/\.yaml$/, ''), await readFile(join(folder, name), 'utf8'), check, words),
    ),
  );
}

export type CheckCaseFile = (content: unknown) => readonly string[];

/** Gives what is wrong with a case file's content, nothing for a good one. */
export async function createCheck(): Promise<CheckCaseFile> {
  const ajv = new Ajv({ allErrors: true, strict: false });
  const validate = ajv.compile(JSON.parse(await readFile(join(CASES, 'case.schema.json'), 'utf8')));
  return (content) =>
    validate(content)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
        );
}

/** Reads one file's text. Throws an Error with every mistake. */
export function readCaseFile(name: string, text: string, check: CheckCaseFile, words: Words = {}): CaseFile {
  const content: unknown = withWords(parse(text, { uniqueKeys: true }), words);
  const mistakes = check(content);
  if (mistakes.length > 0) throw new Error(`Case file ${name}.yaml is not usable:\n${mistakes.join('\n')}`);
  // The schema was met, and it says what the type says.
  const { why, server = 'default', request, expect, variations = [{ name }] } = content as WrittenFile;
  const cases = variations.map((variation) => ({
    name: variation.name,
    request: mergedRequest(`${name}.yaml: "${variation.name}"`, request, variation.request),
    expect: withStatus(name, variation.name, { ...expect, ...variation.expect }),
  }));
  return { name, why, server, cases };
}

const BODY_KINDS = ['json', 'text', 'base64', 'file', 'form'] as const;

/** A variation with a body of its own takes the place of the shared one. */
function mergedRequest(place: string, shared: CaseRequest = {}, own: CaseRequest = {}): CaseRequest {
  const merged: { -readonly [K in keyof CaseRequest]: CaseRequest[K] } = { ...shared, ...own };
  if (BODY_KINDS.some((kind) => kind in own)) {
    for (const kind of BODY_KINDS) if (!(kind in own)) delete merged[kind];
  }
  const unused = Object.keys(merged.generate ?? {}).filter((name) => !merged.text?.includes(`{{${name}}}`));
  if (unused.length > 0)
    throw new Error(`Case file ${place} makes ${unused.join(', ')}, which its text does not hold.`);
  return merged;
}

function withStatus(file: string, name: string, { status, ...rest }: Partial<Expectation>): Expectation {
  if (status === undefined) throw new Error(`Case file ${file}.yaml: "${name}" expects no status; give expect.status.`);
  return { status, ...rest };
}
