// Owns the report of a run of the suites: from the list of answers to a text and a page. Must not know who saw them.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { readContract } from '../contract.ts';
import { createRecorder } from '../recorder.ts';
import { BROKEN_SERVERS, REPORT_FOLDER, readAnswerLog } from './answer-log.ts';
import { htmlReport, type Section } from './html.ts';
import { gapsOf, makeTable, type Table } from './table.ts';
import { textReport } from './text.ts';

/** Whose answers a complete run has. */
const TARGETS = ['server', 'mock'];

/** Prints the table and writes the page. Gives what fails the run; nothing when every declared answer was exercised and right. */
export async function reportRun(print: (text: string) => void): Promise<string[]> {
  const { seen, notExercised } = readAnswerLog();
  const tables: Table[] = [];
  for (const algorithm of algorithmNames) {
    const { declared } = createRecorder(await readContract(algorithm));
    tables.push(makeTable({ algorithm, targets: TARGETS, declared, seen, notExercised }));
  }
  const gaps = tables.flatMap(gapsOf);
  for (const table of tables) print(`\n${textReport(table)}`);
  for (const gap of gaps) print(gap);
  const lines = readBrokenServers();
  const sections = lines.length > 0 ? [{ title: 'Servers broken on purpose, and which checks found them', lines }] : [];
  print(`The page: ${await writeReport(tables, sections)}`);
  return gaps;
}

/** Writes the page. Gives its path below the repository. */
export async function writeReport(tables: readonly Table[], sections: readonly Section[] = []): Promise<string> {
  await mkdir(REPORT_FOLDER, { recursive: true });
  await writeFile(join(REPORT_FOLDER, 'report.html'), htmlReport(tables, sections));
  return 'build/contract/report.html';
}

/** Keeps which checks found which broken server, a line for each, for the report of this run. */
export async function writeBrokenServers(lines: readonly string[]): Promise<void> {
  await mkdir(REPORT_FOLDER, { recursive: true });
  await writeFile(BROKEN_SERVERS, JSON.stringify(lines));
}

function readBrokenServers(): readonly string[] {
  // `writeBrokenServers` writes this form.
  return existsSync(BROKEN_SERVERS) ? (JSON.parse(readFileSync(BROKEN_SERVERS, 'utf8')) as string[]) : [];
}
