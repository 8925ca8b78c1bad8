// Owns SemVer: the order of versions and which step may break clients (https://semver.org/spec/v2.0.0.html).

interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Empty for a release. */
  readonly preRelease: readonly string[];
}

function parse(text: string): Version {
  const [core = '', ...rest] = text.split('-');
  const [major = 0, minor = 0, patch = 0] = core.split('.').map(Number);
  return { major, minor, patch, preRelease: rest.length === 0 ? [] : rest.join('-').split('.') };
}

/** Negative when `a` comes before `b` (SemVer, section 11). */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  const core = left.major - right.major || left.minor - right.minor || left.patch - right.patch;
  return core !== 0 ? core : comparePreReleases(left.preRelease, right.preRelease);
}

/** True when the step from `base` to `next` announces that clients break: a larger major, while it is 0 a larger minor. */
export function mayBreak(base: string, next: string): boolean {
  const [from, to] = [parse(base), parse(next)];
  return to.major > from.major || (from.major === 0 && to.major === 0 && to.minor > from.minor);
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) {
    // A release comes after its own pre-releases.
    return b.length - a.length;
  }
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) {
      return 1;
    }
    if (left !== right) {
      return compareIdentifiers(left, right);
    }
  }
  return a.length - b.length;
}

/** Numbers by value and before words; words by code unit. */
function compareIdentifiers(left: string, right: string): number {
  const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (leftIsNumber && rightIsNumber) {
    return Number(left) - Number(right);
  }
  if (leftIsNumber !== rightIsNumber) {
    return leftIsNumber ? -1 : 1;
  }
  return left < right ? -1 : 1;
}
