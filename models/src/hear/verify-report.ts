// Owns the verification as a text that a person reads or attaches. Shows no path of the machine.
import { arch, cpus, platform } from 'node:os';
import { env } from 'onnxruntime-node';
import { markdownTable } from '../markdown-table.ts';
import { METADATA_KEYS, METADATA_KEYS_OF_IMPORT } from '../metadata.ts';
import { TOLERANCES, type Verification, type VerifiedClip } from './verify-hear.ts';

const exponent = (value: number) => value.toExponential(2);

/** Markdown: what was verified, on what, by which limits, and each clip's figures. */
export function toReport(file: string, verification: Verification): string {
  const { variant, modelSha256, metadata, reference, problems, clips, passed } = verification;
  const limits = TOLERANCES[variant];
  const within = reference
    ? `cosine ≥ ${limits.cosine}${Number.isFinite(limits.relativeNorm) ? `, relative norm ≤ ${exponent(limits.relativeNorm)}` : ''}; `
    : '';
  const facts = [
    ['Result', passed ? 'passed' : 'FAILED'],
    ['Model', `${file}: ${metadata[METADATA_KEYS.displayName] ?? 'without a name'}, ${variant}`],
    ['SHA-256 of the model', modelSha256],
    ['Reference', reference ? `float64, ${versions(reference)}` : 'none: give the weights with --against'],
    ['Limits', `${within}the same bits alone and among others`],
    ['Runtime', `onnxruntime ${env.versions.node}, Node ${process.versions.node}`],
    ['Machine', `${platform()} ${arch()}, ${cpus()[0]?.model ?? 'unknown processor'}`],
  ];
  const sources = metadata[METADATA_KEYS_OF_IMPORT.sources];
  return [
    `# Verification of ${file}`,
    '',
    ...markdownTable(['', ''], facts),
    ...(sources === undefined ? [] : ['', 'Made from', '', '```', sources, '```']),
    ...(problems.length === 0 ? [] : ['', '## Problems', '', ...problems.map((problem) => `- ${problem}`)]),
    '',
    '## Clips',
    '',
    ...markdownTable(
      ['clip', 'max abs', 'max rel', 'relative norm', '1 - cosine', 'among others', ''],
      clips.map(toRow),
    ),
    '',
  ].join('\n');
}

/** One line: the worst figures of all clips. */
export function toSummary({ clips, passed, reference }: Verification): string {
  const failed = clips.filter((clip) => !clip.passed).length;
  const worst = (figure: (clip: VerifiedClip) => number) => exponent(Math.max(...clips.map(figure)));
  const figures = reference
    ? `relative norm up to ${worst(({ comparison }) => comparison?.relativeNorm ?? Number.NaN)}, 1 - cosine up to ${worst(({ comparison }) => 1 - (comparison?.cosine ?? Number.NaN))}, `
    : '';
  const neighbours = worst(({ neighbourDifference }) => neighbourDifference);
  return `${passed ? 'passed' : 'FAILED'}: ${clips.length} clips, ${failed} beyond the limits; ${figures}difference among others ${neighbours}`;
}

function toRow({ sound, comparison, neighbourDifference, passed }: VerifiedClip): string[] {
  const figures = comparison
    ? [comparison.maxAbsolute, comparison.maxRelative, comparison.relativeNorm, 1 - comparison.cosine].map(exponent)
    : ['', '', '', ''];
  return [
    sound,
    ...figures,
    neighbourDifference === 0 ? 'same bits' : exponent(neighbourDifference),
    passed ? '' : 'FAILED',
  ];
}

function versions(reference: Readonly<Record<string, string>>): string {
  return Object.entries(reference)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
