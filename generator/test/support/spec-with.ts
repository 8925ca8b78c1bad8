// Owns small specs for tests: a copy of specs/minimal in a temporary folder with a test's own files over it.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ContractProblems } from '../../src/problems.ts';

/** The smallest contract with every kind of file. Tests that change it take specWith. */
export const MINIMAL = join(import.meta.dirname, '../specs/minimal');

/**
 * The spec folder of a repository that lasts as long as the test.
 *
 * @param files text by path in the spec folder, or beside it when the path starts with `../`; null deletes a file
 */
export function specWith(files: Readonly<Record<string, string | null>> = {}): string {
  const repository = mkdtempSync(join(tmpdir(), 'contract-'));
  onTestFinished(() => rmSync(repository, { recursive: true, force: true }));
  const spec = join(repository, 'spec');
  cpSync(MINIMAL, spec, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(spec, path);
    if (text === null) {
      rmSync(file);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  return spec;
}

/** What `work` refuses, a line for each problem: `file:line:column rule message`. None when it succeeds. */
export async function problemsOf(work: () => unknown): Promise<string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof ContractProblems) {
      return error.message.split('\n');
    }
    throw error;
  }
}
