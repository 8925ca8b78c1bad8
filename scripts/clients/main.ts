// Owns `npm run clients`: builds each client, runs its own checks and the cases of all through its driver, prints the table; or
// generates a client of any other language. Must not know a language.
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { styleText } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { machineFacts } from '../../bench/src/machine.ts';
import { type CaseVerdict, Conformance } from '../../contract-tests/src/clients/conformance.ts';
import { tableOf } from '../../contract-tests/src/clients/table.ts';
import { ensureBuilt } from '../ensure-built.ts';
import { readClientFacts } from './client-facts.ts';
import { generateElsewhere } from './generate-client.ts';
import { CLIENTS, chosen, type Language, readLanguages } from './language.ts';
import { ensureJar, listGenerators } from './openapi-generator.ts';
import { buildFailure, prove } from './prove.ts';
import { endCommands } from './run-command.ts';
import { measureSpeed, type SpeedOptions, tooSlow } from './speed.ts';
import { speedPage, speedTable } from './speed-page.ts';
import { missingTools } from './toolchain.ts';

interface Flags {
  readonly language?: string;
  readonly out?: string;
  readonly view: 'union' | 'flat';
  readonly speed: boolean;
  readonly clips: number;
  readonly passes: number;
  readonly save: boolean;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endCommands();
    process.exit(1);
  });
}

await new Command('clients')
  .description('Builds and proves the clients, all or those that are named.')
  .argument('[languages...]', 'folders of clients/')
  .option('--language <generator>', 'instead generate for another language that openapi-generator knows')
  .option('--out <dir>', 'where to; a folder for each algorithm is made in it')
  .option('--view <view>', 'union (as the contract is) or flat (for generators without unions)', viewOf, 'flat')
  .option(
    '--speed',
    "instead measure the helpers beside the plain generated calls, where a language's driver can",
    false,
  )
  .option('--clips <n>', 'how many sounds --speed sends', countOf, 200)
  .option('--passes <n>', 'how often --speed repeats each turn', countOf, 5)
  .option('--save', 'write what --speed measured to clients/SPEED.md', false)
  .action(async (names: readonly string[], { language, out, view, speed, save, ...options }: Flags) => {
    try {
      if (speed) await compareSpeed(names, options, save);
      else if (language === undefined) await proveAll(names);
      else await generate(language, out, view);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  })
  .parseAsync();

async function proveAll(names: readonly string[]): Promise<void> {
  const languages = chosen(await readLanguages(), names);
  await ensureBuilt();
  const verdicts = new Map<string, readonly CaseVerdict[]>();
  const skipped: string[] = [];
  const failed: string[] = [];
  await using conformance = await Conformance.start();
  for (const language of languages) {
    const missing = await missingTools(language);
    if (missing.length > 0) {
      console.log(styleText('yellow', `▶ ${language.title}: not here: ${missing.join(', ')}`));
      skipped.push(language.name);
      continue;
    }
    console.log(styleText('bold', `▶ ${language.title}`));
    const proof = await prove(language, conformance, (line) => console.log(line));
    if (proof.failure !== undefined) console.log(styleText('red', `  ✗ ${proof.failure}`));
    if (proof.failure !== undefined || proof.verdicts.some(({ problems }) => problems.length > 0))
      failed.push(language.name);
    verdicts.set(language.name, proof.verdicts);
  }
  console.log(`\n${tableOf(verdicts)}\n`);
  // What a laptop lacks is its owner's affair; a build that proves less than it says is not.
  const isCi = Boolean(process.env['CI']) && process.env['CI'] !== 'false';
  if (skipped.length > 0) {
    console.log(styleText(['yellow', 'bold'], `NOT PROVEN, their tools are missing: ${skipped.join(', ')}`));
    if (isCi) failed.push(...skipped);
  }
  if (failed.length > 0) console.log(styleText('red', `failed: ${failed.join(', ')}`));
  const proven = languages.length - skipped.length - failed.filter((name) => !skipped.includes(name)).length;
  console.log(`${proven} proven, ${failed.length} failed, ${skipped.length} skipped`);
  if (failed.length > 0 || proven === 0) process.exitCode = 1;
}

async function compareSpeed(names: readonly string[], options: SpeedOptions, save: boolean): Promise<void> {
  const asked = chosen(await readLanguages(), names);
  const languages: Language[] = [];
  for (const language of asked.filter(({ speed }) => speed !== undefined)) {
    const missing = await missingTools(language);
    const failure = missing.length > 0 ? `not here: ${missing.join(', ')}` : await buildFailure(language);
    if (failure === undefined) languages.push(language);
    else console.log(styleText(['yellow', 'bold'], `NOT MEASURED: ${language.title}: ${failure}`));
  }
  if (languages.length === 0) throw new Error('Expected a language whose driver knows the call `plain`, got none.');
  await ensureBuilt();
  // Before the run itself is a load.
  const machine = machineFacts();
  const speeds = await measureSpeed(languages, options, (line) => console.log(line));
  console.log(`\n${speedTable(speeds)}\n`);
  if (save) await writeFile(join(CLIENTS, 'SPEED.md'), speedPage(speeds, options, machine));
  const slow = tooSlow(speeds).map(({ language, kind }) => `${language.title}, ${kind}`);
  if (slow.length > 0) throw new Error(`Slower beside the plain call than wanted: ${slow.join('; ')}`);
}

async function generate(language: string, out: string | undefined, view: 'union' | 'flat'): Promise<void> {
  if (out === undefined) throw new Error('Expected --out DIR with --language: where the client is to be written.');
  const { openapiGenerator } = await readLanguages();
  const known = await listGenerators(await ensureJar(openapiGenerator));

  const generator = known.find((name) => name === language) ?? known.find((name) => name.startsWith(language));
  if (generator === undefined) {
    throw new Error(`Expected a generator of openapi-generator, got ${language}. It has: ${known.join(', ')}`);
  }
  await generateElsewhere(generator, resolve(out), { facts: await readClientFacts(), openapiGenerator }, view);
  console.log(`Wrote clients of the generator ${generator} to ${out}.`);
}

function countOf(value: string): number {
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

function viewOf(value: string): 'union' | 'flat' {
  if (value === 'union' || value === 'flat') return value;
  throw new InvalidArgumentError('Expected union or flat.');
}
