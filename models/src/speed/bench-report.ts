// Owns what is printed of a measurement, and its JSON. Shows no path of the machine. Must not measure.
import { cpus } from 'node:os';
import { env } from 'onnxruntime-node';
import { markdownTable } from '../markdown-table.ts';
import type { Bench, ModelSpeed } from './bench-models.ts';
import { figure } from './figures.ts';
import { machineFacts } from './machine-facts.ts';

/** The measurement with the facts of the machine that it was made on. */
export function toJson(bench: Bench): string {
  return `${JSON.stringify({ machine: machineFacts(), ...bench }, null, 2)}\n`;
}

/** Markdown: tables, then what follows from them. */
export function toText(bench: Bench): string {
  const { models, peers, cores } = bench;
  const lines = [
    `${cpus()[0]?.model ?? 'Unknown processor'}, ${cores} ${cores === 1 ? 'core' : 'cores'}; onnxruntime ${env.versions.node}. Processor time of one thread, best of all rounds.`,
    '',
    ...markdownTable(
      ['model', 'variant', 'form', 'ms a clip', 'clips/s', '× first', 'GFLOP', 'GFLOP/s', 'of peak', 'front end'],
      models.map(toRow),
    ),
  ];
  for (const { file, batches, layouts, layoutsLeftOut } of models) {
    lines.push('', `${file}, clips in a batch on one thread:`, '');
    lines.push(
      ...markdownTable(
        ['batch', 'ms a clip', 'clips/s'],
        batches.map(({ rows, cpuMs }) => [String(rows), figure(cpuMs), figure(1000 / cpuMs)]),
      ),
    );
    lines.push('', `${file}, workers × threads, one clip at a time each:`, '');
    lines.push(
      ...markdownTable(
        ['layout', 'clips/s', 'CPU ms a clip', 'latency ms', 'of the cores'],
        layouts.map((layout) => [
          layoutName(layout),
          figure(layout.clipsPerSecond),
          figure(layout.cpuMs),
          figure(layout.latencyMs),
          percent(layout.share),
        ]),
      ),
    );
    for (const { layout, neededBytes, freeBytes } of layoutsLeftOut)
      lines.push(`Left out: ${layoutName(layout)} needs ${gigabytes(neededBytes)}, free are ${gigabytes(freeBytes)}.`);
  }
  const measured = peers.filter((peer) => peer.problem === undefined);
  if (measured.length > 0) {
    lines.push('', `${models[0]?.file} in turn with others on the same weights, which get the spectrogram ready:`, '');
    lines.push(
      ...markdownTable(
        ['runtime', 'its ms a clip', 'ours', '× its speed'],
        measured.map(({ version, cpuMs, oursCpuMs }) => [
          version,
          figure(cpuMs),
          figure(oursCpuMs),
          (cpuMs / oursCpuMs).toFixed(2),
        ]),
      ),
    );
  }
  for (const peer of peers) if (peer.problem !== undefined) lines.push('', `${peer.name} is missing: ${peer.problem}`);
  return [...lines, '', ...models.flatMap(advice)].join('\n');
}

function toRow(model: ModelSpeed): string[] {
  return [
    model.file,
    model.variant,
    model.form ?? 'unknown',
    figure(model.cpuMs),
    figure(model.clipsPerSecond),
    model.timesTheFirst.toFixed(2),
    model.operations === undefined ? 'unknown' : figure(model.operations / 1e9),
    model.gigaflops === undefined ? 'unknown' : figure(model.gigaflops),
    model.shareOfPeak === undefined ? 'unknown' : `${percent(model.shareOfPeak)} of ${figure(model.peakGigaflops)}`,
    model.shareOfFrontEnd === undefined ? 'unknown' : percent(model.shareOfFrontEnd),
  ];
}

/** The settings of the server that follow. */
function advice({ file, recommendedLayout, recommendedBatch }: ModelSpeed): string[] {
  if (recommendedLayout === undefined)
    return [`${file}: no layout that uses all cores fits into the memory that is free.`];
  const { layout, reason } = recommendedLayout;
  const spinning = layout.spinning ? '; here spinning threads win, which the server does not use' : '';
  return [
    `${file}: npm start -- --model ${file} --workers ${layout.workers} --threads-per-worker ${layout.threads} --max-batch ${recommendedBatch} (${reason}${spinning})`,
  ];
}

function layoutName({ workers, threads, spinning }: { workers: number; threads: number; spinning: boolean }): string {
  return `${workers} × ${threads}${spinning ? ' spinning' : ''}`;
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
