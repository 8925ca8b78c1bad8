// Owns what stands in clients/<language>/generated: the output of the language's generator for each algorithm, and its templates
// filled with the contract's facts. Gives texts; writing and checking are the caller's.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, matchesGlob, relative } from 'node:path';
import mustache from 'mustache';
import { type ClientFacts, nameStyles, templateView, VIEWS } from './client-facts.ts';
import { type Language, type OpenapiGenerator, REPOSITORY } from './language.ts';
import { ensureJar, runOpenapiGenerator } from './openapi-generator.ts';
import { runCommand } from './run-command.ts';

/** Notes of openapi-generator to itself, and files of a repository that is not this one. */
const NEVER_KEPT = [
  ...['.openapi-generator/**', '.openapi-generator-ignore', 'git_push.sh', '.travis.yml', '.gitlab-ci.yml'],
  ...['.github/**', 'appveyor.yml', '.gitignore', '**/.gitignore'],
];
const TEMPLATE = '.mustache';
/** Templates that stand in the place of openapi-generator's own of the same name. */
const CORE_TEMPLATES = 'core-templates';

export interface Inputs {
  readonly facts: ClientFacts;
  readonly openapiGenerator: OpenapiGenerator;
}

/** Hash of everything that decides what is generated for a language; the same hash, the same files. */
export async function inputHash({ generate, folder }: Language, { facts, openapiGenerator }: Inputs): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([generate ?? null, facts]));
  if (generate?.generator !== undefined) hash.update(openapiGenerator.sha256);
  if (generate !== undefined) {
    for (const { name } of facts.algorithms) hash.update(await readFile(viewOf(name, generate.view)));
  }
  // A tool of the language's own is pinned in its manifest.
  const manifest = join(folder, 'package.json');
  if (generate?.command !== undefined && existsSync(manifest)) hash.update(await readFile(manifest));
  for (const [path, text] of await templatesBelow(join(folder, 'templates'))) {
    hash.update(path).update(text);
    for (const part of partsOf(folder, text)) hash.update(part);
  }
  for (const [path, text] of await templatesBelow(join(folder, CORE_TEMPLATES))) {
    hash.update(`${CORE_TEMPLATES}/${path}`).update(text);
  }
  return hash.digest('hex');
}

/** The files by their path below generated/. @throws Error with the tool's output when it fails */
export async function generateClient(language: Language, inputs: Inputs): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const algorithm of language.generate === undefined ? [] : inputs.facts.algorithms) {
    for (const [path, text] of await generateOne(language, algorithm.name, inputs)) files.set(path, text);
  }
  const view = templateView(inputs.facts);
  for (const [path, template] of await templatesBelow(join(language.folder, 'templates'))) {
    // Source code is no HTML: nothing is escaped.
    files.set(
      path,
      mustache.render(template, view, (part) => literal(readPart(language.folder, part)), { escape: String }),
    );
  }
  return files;
}

async function generateOne(
  { folder, generate }: Language,
  algorithm: string,
  { facts: { version }, openapiGenerator }: Inputs,
): Promise<Map<string, string>> {
  if (generate === undefined) return new Map();
  const out = await mkdtemp(join(tmpdir(), 'client-'));
  try {
    const input = viewOf(algorithm, generate.view);
    const values = { name: algorithm, ...nameStyles(algorithm), version, input, out };
    if (generate.command === undefined) {
      const templates = join(folder, CORE_TEMPLATES);
      const own = existsSync(templates) ? ['--template-dir', templates] : [];
      const facts = { ...generate, arguments: [...own, ...(generate.arguments ?? [])] };
      await runOpenapiGenerator(await ensureJar(openapiGenerator), facts, { input, out, values });
    } else {
      const { code, output } = await runCommand(generate.command, { folder, values });
      if (code !== 0) throw new Error(`${generate.command[0]} failed:\n${output.slice(-4000)}`);
    }
    const fill = (text: string): string =>
      text.replace(
        /\{(\w+)\}/g,
        (whole, key: string) => Object.entries(values).find(([name]) => name === key)?.[1] ?? whole,
      );
    const kept = await keptFiles(join(out, fill(generate.from ?? '.')), {
      keep: (generate.keep ?? ['**']).map(fill),
      to: fill(generate.to ?? ''),
    });
    for (const [given, instead] of Object.entries(generate.replace ?? {})) {
      const sought = fill(given);
      // A newer generator may write it otherwise, and what was mended would be broken again.
      if (![...kept.values()].some((text) => text.includes(sought)))
        throw new Error(`The generator wrote nowhere what is to be replaced: ${sought}`);
      for (const [path, text] of kept) kept.set(path, text.replaceAll(sought, fill(instead)));
    }
    return kept;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function keptFiles(
  folder: string,
  { keep, to }: { readonly keep: readonly string[]; readonly to: string },
): Promise<Map<string, string>> {
  const kept = new Map<string, string>();
  for (const path of await filesBelow(folder)) {
    const isKept = keep.some((glob) => matchesGlob(path, glob)) && !NEVER_KEPT.some((glob) => matchesGlob(path, glob));
    if (isKept) kept.set(to === '' ? path : `${to}/${path}`, await readFile(join(folder, path), 'utf8'));
  }
  if (kept.size === 0) throw new Error(`The generator wrote no file that ${keep.join(' or ')} fits.`);
  return kept;
}

/** Path below the folder without its ending → template. */
async function templatesBelow(folder: string): Promise<[string, string][]> {
  const paths = (await filesBelow(folder)).filter((path) => path.endsWith(TEMPLATE));
  return Promise.all(
    paths.map(
      async (path): Promise<[string, string]> => [
        path.slice(0, -TEMPLATE.length),
        await readFile(join(folder, path), 'utf8'),
      ],
    ),
  );
}

/** The texts that a template takes in by `{{> path}}`, a path below the language's folder. */
function partsOf(folder: string, template: string): string[] {
  return [...template.matchAll(/\{\{>\s*([^\s}]+)\s*\}\}/g)].map(([, part = '']) => readPart(folder, part));
}

/** A part is source code: its braces are no tags, which is said in Mustache by other delimiters. */
function literal(part: string): string {
  return `{{=<%% %%>=}}\n${part.trimEnd()}\n`;
}

function readPart(folder: string, part: string): string {
  return readFileSync(join(folder, part), 'utf8');
}

async function filesBelow(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function viewOf(algorithm: string, view: 'union' | 'flat'): string {
  return join(VIEWS, `${algorithm}.${view}.json`);
}

/** Generates for any language that openapi-generator knows, into a folder of the user's. */
export async function generateElsewhere(
  generator: string,
  out: string,
  inputs: Inputs,
  view: 'union' | 'flat',
): Promise<void> {
  const jar = await ensureJar(inputs.openapiGenerator);
  for (const { name } of inputs.facts.algorithms) {
    const target = join(out, name);
    await mkdir(target, { recursive: true });
    await runOpenapiGenerator(jar, { view, generator }, { input: viewOf(name, view), out: target, values: {} });
  }
}

export const generatedFolder = ({ folder }: Language): string => join(folder, 'generated');
export const shown = (path: string): string => relative(REPOSITORY, path);
