// Owns what the user sees while phases run and what is printed when they fail. The only file that knows colours, which are
// used on a terminal only.
import type { Writable } from 'node:stream';
import pc from 'picocolors';
import { type Change, formatChange } from '../breaking/change.ts';
import { isRefused, type ReleaseComparison, stepOf } from '../breaking/releases.ts';
import type { RunPhase } from '../generate.ts';
import type { Problem } from '../problems.ts';
import { type Difference, isSame } from '../write.ts';

export type Output = Writable & { readonly isTTY?: boolean };

/** What both `pnpm generate` and `npm run generate` call. */
const REPAIR_COMMAND = 'pnpm generate';

export class Reporter {
  readonly #out: Output;
  readonly #colours: ReturnType<typeof pc.createColors>;

  constructor(out: Output) {
    this.#out = out;
    this.#colours = pc.createColors(out.isTTY === true);
  }

  /** Runs a phase and prints its name with the time that it took. */
  readonly runPhase: RunPhase = async (name, work) => {
    const start = performance.now();
    let mark = this.#colours.red('✗');
    try {
      const result = await work();
      mark = this.#colours.green('✓');
      return result;
    } finally {
      this.line(`${mark} ${name.padEnd(10)} ${this.#colours.dim(`${Math.round(performance.now() - start)} ms`)}`);
    }
  };

  line(text: string): void {
    this.#out.write(`${text}\n`);
  }

  problems(problems: readonly Problem[]): void {
    for (const problem of problems) {
      const { position, rule, message } = problem;
      const place = position === undefined ? '' : `${position.file}:${position.line}:${position.column} `;
      this.line(`${this.#colours.bold(place)}${this.#colours.red(rule)} ${message}`);
    }
    this.line(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
  }

  /** What writing changed. */
  written(folder: string, total: number, { differing, missing, extra }: Difference): void {
    this.line(
      `${total} files in ${folder}: ${missing.length} new, ${differing.length} changed, ${extra.length} deleted`,
    );
  }

  /** What checking found. @returns true when all is as it should be */
  checked(folder: string, total: number, difference: Difference): boolean {
    if (isSame(difference)) {
      this.line(`${total} files in ${folder} are as the spec says`);
      return true;
    }
    const { differing, missing, extra, untracked } = difference;
    const list = (label: string, paths: readonly string[]): void => {
      for (const path of paths) {
        this.line(`${this.#colours.red(label.padEnd(9))} ${folder}/${path}`);
      }
    };
    list('differs', differing);
    list('missing', missing);
    list('extra', extra);
    list('untracked', untracked);
    const isStale = differing.length + missing.length + extra.length > 0;
    this.line(`Repair: ${isStale ? `${REPAIR_COMMAND} && ` : ''}git add ${folder}`);
    return false;
  }

  comparison(comparison: ReleaseComparison): void {
    const { algorithm, version, baseVersion, changes, isAccepted } = comparison;
    if (baseVersion === undefined) {
      this.line(`${algorithm} ${version}: no release yet to compare with`);
      return;
    }
    const breaking = changes.filter(({ isBreaking }) => isBreaking);
    this.line(
      `${algorithm} ${version} against ${baseVersion}: ${breaking.length} breaking, ${changes.length - breaking.length} other changes`,
    );
    for (const change of changes) {
      this.line(`  ${this.#label(change, isAccepted)} ${formatChange(change)}`);
    }
    if (isRefused(comparison)) {
      this.line(
        `Repair: take the breaking changes back, or raise the ${stepOf(baseVersion)} version in spec/algorithms/${algorithm}/algorithm.yaml`,
      );
    }
  }

  #label({ isBreaking }: Change, isAccepted: boolean): string {
    if (!isBreaking) {
      return this.#colours.dim('note    ');
    }
    return isAccepted ? this.#colours.yellow('accepted') : this.#colours.red('breaking');
  }
}
