// Owns the folder contract-releases/<algorithm>/<version>.json: which release a contract is compared with, and adding one.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CompiledAlgorithm } from '../compile.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { ProblemList } from '../problems.ts';
import type { Change } from './change.ts';
import { compareDocuments } from './compare-documents.ts';
import { compareVersions, mayBreak } from './versions.ts';

/** What the comparison of one algorithm's contract with its newest release found. */
export interface ReleaseComparison {
  readonly algorithm: string;
  readonly version: string;
  /** Version of the newest release; undefined where there is none yet. */
  readonly baseVersion: string | undefined;
  readonly changes: readonly Change[];
  /** True when the version's step says that clients break. */
  readonly isAccepted: boolean;
}

/** The folder of releases that belongs to a spec folder: the one beside it. */
export function releasesFolderOf(specFolder: string): string {
  return join(dirname(resolve(specFolder)), 'contract-releases');
}

export function compareWithRelease(folder: string, { facts, document }: CompiledAlgorithm): ReleaseComparison {
  const { name, version } = facts;
  const baseVersion = releasedVersions(folder, name).at(-1);
  if (baseVersion === undefined) {
    return { algorithm: name, version, baseVersion, changes: [], isAccepted: true };
  }
  const changes = compareDocuments(readRelease(folder, name, baseVersion), document);
  return { algorithm: name, version, baseVersion, changes, isAccepted: mayBreak(baseVersion, version) };
}

/** True when the comparison must stop a build. */
export function isRefused({ changes, isAccepted }: ReleaseComparison): boolean {
  return !isAccepted && changes.some(({ isBreaking }) => isBreaking);
}

/**
 * Adds the current bundles to the releases.
 *
 * @param bundleTexts text of `openapi/<algorithm>.json` by algorithm name
 * @returns the files that are new
 * @throws ContractProblems, having written nothing, when a version is already released with other content, is older than the
 *   newest release, or breaks clients without saying so
 */
export function addReleases(
  folder: string,
  algorithms: readonly CompiledAlgorithm[],
  bundleTexts: ReadonlyMap<string, string>,
): string[] {
  const problems = new ProblemList();
  const additions = new Map<string, string>();
  for (const algorithm of algorithms) {
    const { name, version } = algorithm.facts;
    const file = releaseFile(folder, name, version);
    const text = bundleTexts.get(name) ?? '';
    const newest = releasedVersions(folder, name).at(-1);
    if (existsSync(file)) {
      if (readFileSync(file, 'utf8') !== text) {
        problems.add(
          'release',
          `${name} ${version} is released with other content; raise the version in its algorithm.yaml`,
        );
      }
    } else if (newest !== undefined && compareVersions(version, newest) < 0) {
      problems.add(
        'release',
        `${name} ${version} is older than the released ${newest}; raise the version in its algorithm.yaml`,
      );
    } else if (isRefused(compareWithRelease(folder, algorithm))) {
      problems.add(
        'release',
        `${name} ${version} breaks clients of ${newest}; raise the ${stepOf(newest)} version in its algorithm.yaml`,
      );
    } else {
      additions.set(file, text);
    }
  }
  problems.throwIfAny();
  for (const [file, text] of additions) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return [...additions.keys()];
}

/** The part of a version that must grow for a breaking change. */
export function stepOf(baseVersion: string | undefined): 'major' | 'minor' {
  return baseVersion?.startsWith('0.') === true ? 'minor' : 'major';
}

/** Oldest first. */
function releasedVersions(folder: string, algorithm: string): string[] {
  const own = join(folder, algorithm);
  const files = existsSync(own) ? readdirSync(own).filter((file) => file.endsWith('.json')) : [];
  return files.map((file) => file.slice(0, -'.json'.length)).sort(compareVersions);
}

function readRelease(folder: string, algorithm: string, version: string): JsonObject {
  // JSON.parse answers any, and every JSON text is a JsonValue.
  const document = JSON.parse(readFileSync(releaseFile(folder, algorithm, version), 'utf8')) as JsonValue;
  return isObject(document) ? document : {};
}

function releaseFile(folder: string, algorithm: string, version: string): string {
  return join(folder, algorithm, `${version}.json`);
}
