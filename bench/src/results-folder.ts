// Owns where results are kept: one JSON file for each kind of machine and model in results/, and the page RESULTS.md made of them all.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsPage } from './report.ts';
import type { Results } from './results.ts';

const HERE = join(import.meta.dirname, '..');
const FOLDER = join(HERE, 'results');
/** Absolute path of the page. */
export const RESULTS_PAGE: string = join(HERE, 'RESULTS.md');

/** Takes the place of the results of the same kind of machine with the same model. */
export async function saveResults(results: Results): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const { cpu, cores } = results.machine;
  const { model } = results.measured;
  const name = `${cpu} ${cores} cores ${model.replace(/\.onnx$/, '')}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  await writeFile(join(FOLDER, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeResultsPage();
}

export async function writeResultsPage(): Promise<void> {
  await writeFile(RESULTS_PAGE, resultsPage(await keptResults()));
}

/** By the names of their files. */
export async function keptResults(): Promise<Results[]> {
  // The folder comes with the first results.
  const files = (await readdir(FOLDER).catch(() => [])).filter((file) => file.endsWith('.json')).sort();
  // saveResults alone writes there.
  return Promise.all(files.map(async (file) => JSON.parse(await readFile(join(FOLDER, file), 'utf8')) as Results));
}
