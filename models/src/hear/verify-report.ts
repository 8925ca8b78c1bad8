// Owns the verification as a text that a person reads or attaches. Shows no path of the machine.
import { arch, cpus, platform } from 'node:os';
import { env } from 'onnxruntime-node';
import type { Comparison } from '../compare.ts';
import { markdownTable } from '../markdown-table.ts';
import { METADATA_KEYS, METADATA_KEYS_OF_IMPORT } from '../metadata.ts';
import type { FrontEndComparison } from './compare-front-ends.ts';
import { TOLERANCES, type Verification, type VerifiedClip } from './verify-hear.ts';

/** On a GPU kernels are chosen by the size of a batch. */
const ON_DEVICE = 'the same bits whatever stands beside a clip in a batch; within the limits alone';
const OTHER_SIZE = 'alone: 1 - cosine';

const exponent = (value: number) => value.toExponential(2);

/** Markdown: what was verified, on what, by which limits, and each clip's figures. */
export function toReport(file: string, verification: Verification): string {
  const { variant, executionProvider, modelSha256, metadata, reference, problems, clips, passed } = verification;
  const form = metadata[METADATA_KEYS_OF_IMPORT.form];
  const onDevice = clips.some(({ otherSize }) => otherSize !== undefined);
  const limits = TOLERANCES[variant];
  const within = reference
    ? `cosine ≥ ${limits.cosine}${Number.isFinite(limits.relativeNorm) ? `, relative norm ≤ ${exponent(limits.relativeNorm)}` : ''}; `
    : '';
  const facts = [
    ['Result', passed ? 'passed' : 'FAILED'],
    [
      'Model',
      `${file}: ${metadata[METADATA_KEYS.displayName] ?? 'without a name'}, ${variant}${form === undefined ? '' : `, ${form}`}`,
    ],
    ['SHA-256 of the model', modelSha256],
    ['Reference', reference ? `float64, ${versions(reference)}` : 'none: give the weights with --against'],
    ['Limits', `${within}${onDevice ? ON_DEVICE : 'the same bits alone and among others'}`],
    [
      'Runtime',
      `onnxruntime ${env.versions.node}, execution provider ${executionProvider}, Node ${process.versions.node}`,
    ],
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
      [
        'clip',
        'max abs',
        'max rel',
        'relative norm',
        '1 - cosine',
        'among others',
        ...(onDevice ? [OTHER_SIZE] : []),
        '',
      ],
      clips.map(toRow),
    ),
    ...frontEndSection(verification),
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

/** The model against the pipeline with the other front end, and both front ends against the float64 one. */
function frontEndSection({ frontEnd, clips }: Verification): string[] {
  if (frontEnd === undefined) return [];
  const headings = ['max abs', 'relative norm', '1 - cosine'];
  const figures = (comparison: Comparison | undefined) =>
    comparison
      ? [comparison.maxAbsolute, comparison.relativeNorm, 1 - comparison.cosine].map(exponent)
      : headings.map(() => '');
  const rows = frontEnd.clips.map(({ embedding, fileOffFloat64, modelOffFloat64 }, index) => {
    const sound = clips[index]?.sound ?? '';
    return {
      embedding: [sound, ...figures(embedding)],
      spectrogram: [sound, ...figures(modelOffFloat64), ...figures(fileOffFloat64)],
    };
  });
  return [
    '',
    `## With the front end of ${frontEnd.file}`,
    '',
    `SHA-256 ${frontEnd.sha256}. The model against the reference pipeline with this front end, in the same limits:`,
    '',
    ...markdownTable(
      ['clip', ...headings],
      rows.map(({ embedding }) => embedding),
    ),
    '',
    `How far the spectrograms are from those in float64: the model's front end, then that of ${frontEnd.file}.`,
    '',
    ...markdownTable(
      ['clip', ...headings.map((heading) => `model: ${heading}`), ...headings.map((heading) => `file: ${heading}`)],
      rows.map(({ spectrogram }) => spectrogram),
    ),
  ];
}

/** One line: both front ends' distances from the float64 one. */
export function toFrontEndSummary({ file, clips }: FrontEndComparison): string {
  const spread = (figures: readonly number[]) => {
    const sorted = figures.toSorted((a, b) => a - b);
    return `${exponent(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)} in the middle, ${exponent(sorted.at(-1) ?? Number.NaN)} at most`;
  };
  const model = clips.flatMap(({ modelOffFloat64 }) => modelOffFloat64?.relativeNorm ?? []);
  const embeddings = Math.max(...clips.map(({ embedding }) => embedding.relativeNorm));
  const own = model.length === 0 ? "the model's front end is not known here" : `the model's front end ${spread(model)}`;
  const theirs = spread(clips.map(({ fileOffFloat64 }) => fileOffFloat64.relativeNorm));
  return `With ${file} as front end: relative norm up to ${exponent(embeddings)}. Spectrograms, relative norm from float64: ${own}; ${file} ${theirs}`;
}

function toRow({ sound, comparison, neighbourDifference, otherSize, passed }: VerifiedClip): string[] {
  const figures = comparison
    ? [comparison.maxAbsolute, comparison.maxRelative, comparison.relativeNorm, 1 - comparison.cosine].map(exponent)
    : ['', '', '', ''];
  return [
    sound,
    ...figures,
    neighbourDifference === 0 ? 'same bits' : exponent(neighbourDifference),
    ...(otherSize === undefined ? [] : [exponent(1 - otherSize.cosine)]),
    passed ? '' : 'FAILED',
  ];
}

function versions(reference: Readonly<Record<string, string>>): string {
  return Object.entries(reference)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
