// Owns the last step: outputs become files, and files that are no output any more are deleted. Compares bytes, so that a file that
// is already right keeps its time stamp.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Outputs } from './emit/output.ts';

/** Written by hand and kept: it makes the folder a package. */
const HAND_WRITTEN: ReadonlySet<string> = new Set(['package.json']);

/** How a folder differs from what should stand in it. Paths are relative to the folder, sorted. */
export interface Difference {
  readonly differing: readonly string[];
  readonly missing: readonly string[];
  /** Files that are no output. */
  readonly extra: readonly string[];
  /** Right files that git does not track, so that a commit would leave them out. */
  readonly untracked: readonly string[];
}

/** Makes `folder` hold the outputs and nothing else. @returns what was changed */
export function writeOutputs(folder: string, outputs: Outputs): Difference {
  const difference = differenceOf(folder, outputs);
  for (const path of [...difference.missing, ...difference.differing]) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, outputs.get(path) ?? '');
  }
  for (const path of difference.extra) {
    rmSync(join(folder, path));
  }
  return difference;
}

export function differenceOf(folder: string, outputs: Outputs): Difference {
  const present = new Set(filesBelow(folder));
  const expected = [...outputs.keys()].sort();
  const missing = expected.filter((path) => !present.has(path));
  const differing = expected.filter(
    (path) => present.has(path) && readFileSync(join(folder, path), 'utf8') !== outputs.get(path),
  );
  const extra = [...present].filter((path) => !outputs.has(path)).sort();
  const untracked = untrackedBelow(folder).filter((path) => outputs.has(path) && !differing.includes(path));
  return { differing, missing, extra, untracked };
}

export function isSame({ differing, missing, extra, untracked }: Difference): boolean {
  return differing.length + missing.length + extra.length + untracked.length === 0;
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !HAND_WRITTEN.has(path) && !path.startsWith('node_modules/'));
}

/** None where the folder is not inside a git work tree. Files that git ignores count: they would never be committed. */
function untrackedBelow(folder: string): string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '--others', '-z'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return listed
      .toString('utf8')
      .split('\0')
      .filter((path) => path !== '')
      .sort();
  } catch {
    return [];
  }
}
