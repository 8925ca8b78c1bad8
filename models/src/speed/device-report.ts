// Owns what is printed of a measurement on a device, and its JSON. Shows no path of the machine. Must not measure.
import { env } from 'onnxruntime-node';
import { markdownTable } from '../markdown-table.ts';
import type { DeviceBench, DeviceModelSpeed } from './bench-on-device.ts';
import { figure } from './figures.ts';
import { machineFacts, nvidiaGpus } from './machine-facts.ts';

/** The measurement with the facts of the machine that it was made on. */
export function toDeviceJson(bench: DeviceBench): string {
  return `${JSON.stringify({ machine: machineFacts(), ...bench }, null, 2)}\n`;
}

/** Markdown: clips per second by batch for all models, then who won and the server's settings that follow. */
export function toDeviceText({ executionProvider, models, winner }: DeviceBench): string {
  const gpus = nvidiaGpus();
  const on = gpus.length === 0 ? '' : `${[...new Set(gpus)].join(', ')}; `;
  const lines = [
    `${on}execution provider ${executionProvider}, onnxruntime ${env.versions.node}. Time on the clock with the way to the device and back, best of all rounds.`,
    '',
    ...markdownTable(
      ['model', 'variant', 'form', 'clips/s', 'in batches of', 'ms a clip', '× first', 'GFLOP/s'],
      models.map(toRow),
    ),
    '',
    'Clips per second by batch:',
    '',
  ];
  const sizes = [...new Set(models.flatMap(({ batches }) => batches.map(({ rows }) => rows)))];
  const cell = ({ batches }: DeviceModelSpeed, size: number) => {
    const batch = batches.find(({ rows }) => rows === size);
    return batch === undefined ? 'failed' : figure(batch.clipsPerSecond);
  };
  lines.push(
    ...markdownTable(
      ['batch', ...models.map(({ file }) => file)],
      sizes.map((size) => [String(size), ...models.map((model) => cell(model, size))]),
    ),
  );
  for (const { file, failed } of models)
    if (failed !== undefined)
      lines.push('', `${file} did not compute batches of ${failed.rows.join(', ')}: ${failed.problem}`);
  const best = models.find(({ file }) => file === winner);
  if (best !== undefined) lines.push('', ...advice(best, models.length, executionProvider));
  return lines.join('\n');
}

function toRow({ file, variant, form, best, timesTheFirst, gigaflops }: DeviceModelSpeed): string[] {
  return [
    file,
    variant,
    form ?? 'unknown',
    figure(best.clipsPerSecond),
    String(best.rows),
    figure(best.wallMs),
    timesTheFirst.toFixed(2),
    gigaflops === undefined ? 'unknown' : figure(gigaflops),
  ];
}

/** One worker: each has the weights on the device, which computes one batch at a time all the same. */
function advice(
  { file, variant, form, best, recommendedBatch }: DeviceModelSpeed,
  count: number,
  executionProvider: string,
): string[] {
  const kind = form === undefined ? variant : `${variant}, ${form}`;
  const won = `${file} (${kind}) computes most: ${figure(best.clipsPerSecond)} clips per second.`;
  const serve = `npm start -- --model ${file} --execution-provider ${executionProvider} --max-batch ${recommendedBatch}`;
  return [...(count > 1 ? [won] : []), `${file}: ${serve}`];
}
