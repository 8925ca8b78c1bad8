// Owns the step of `npm run generate` that writes clients/*/generated. A language is generated anew only when what it is made from
// has changed, since openapi-generator takes seconds for each; `--anew` does so always, as CI does.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Difference, differenceOf, isSame, writeOutputs } from '../../generator/src/write.ts';
import { readClientFacts } from './client-facts.ts';
import { generateClient, generatedFolder, type Inputs, inputHash, shown } from './generate-client.ts';
import { chosen, type Language, readLanguages } from './language.ts';

const MANIFEST = 'MANIFEST.json';

interface Manifest {
  readonly inputSha256: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const { values: flags, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false }, anew: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const languages = await readLanguages();
const inputs: Inputs = { facts: await readClientFacts(), openapiGenerator: languages.openapiGenerator };
for (const language of chosen(languages, positionals)) {
  try {
    await generateOrCheck(language);
  } catch (error) {
    console.error(`✗ clients/${language.name}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

async function generateOrCheck(language: Language): Promise<void> {
  const folder = generatedFolder(language);
  const inputSha256 = await inputHash(language, inputs);
  const present = presentOutputs(folder, inputSha256);
  const outputs = flags.anew || present === undefined ? await generatedAnew(language, inputSha256) : present;
  if (!flags.check) {
    const { missing, differing, extra } = writeOutputs(folder, outputs);
    const changes = missing.length + differing.length + extra.length;
    console.log(`✓ ${shown(folder)}: ${outputs.size} files, ${changes} changed`);
    return;
  }
  const difference = differenceOf(folder, outputs);
  if (isSame(difference)) {
    console.log(`✓ ${shown(folder)}: ${outputs.size} files are current`);
  } else {
    throw new Error(`generated/ is not current. Run npm run generate and commit the result.\n${linesOf(difference)}`);
  }
}

async function generatedAnew(language: Language, inputSha256: string): Promise<Map<string, string>> {
  const files = await generateClient(language, inputs);
  const outputs = Object.fromEntries([...files].map(([path, text]) => [path, sha256(text)]).sort());
  const manifest: Manifest = { inputSha256, outputs };
  return new Map([...files, [MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`]]);
}

/** What the manifest on disk promises, when it was made from the same; a file that is not as promised has another text here. */
function presentOutputs(folder: string, inputSha256: string): Map<string, string> | undefined {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  let manifest: Manifest;
  try {
    // Written below; a damaged one is as good as none.
    manifest = JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
  if (manifest.inputSha256 !== inputSha256) return undefined;
  const outputs = new Map([[MANIFEST, text]]);
  for (const [file, hash] of Object.entries(manifest.outputs)) {
    const content = existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
    // To repair a damaged file the language must be generated anew; a check need only see that it is damaged.
    if (sha256(content) !== hash && !flags.check) return undefined;
    outputs.set(file, sha256(content) === hash ? content : `${content}\0`);
  }
  return outputs;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function linesOf({ differing, missing, extra, untracked }: Difference): string {
  return Object.entries({ differing, missing, extra, 'not tracked by git': untracked })
    .flatMap(([what, paths]) => paths.map((path) => `  ${what}: ${path}`))
    .join('\n');
}
