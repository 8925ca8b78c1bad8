// Owns how measured speeds are shown: lines for a person, and clients/SPEED.md with the facts of the machine. Must not measure.
import type { MachineFacts } from '../../bench/src/machine.ts';
import { type Speed, type SpeedOptions, timesPlain, tooSlow } from './speed.ts';

const fixed = (value: number, digits = 1): string => value.toFixed(digits);

/** A Markdown table, which a terminal can show, too. */
export function speedTable(speeds: readonly Speed[]): string {
  const missed = new Set(tooSlow(speeds));
  const rows = speeds.map((speed) => {
    const { language, kind, milliseconds } = speed;
    return [
      language.title,
      `${kind} arrays`,
      fixed(milliseconds.plain),
      fixed(milliseconds.helper),
      fixed(milliseconds['one at a time']),
      `${fixed(timesPlain(speed))} ×`,
      `${fixed(timesPlain(speed, 'one at a time'))} ×`,
      `${language.speed?.timesPlain ?? '–'} ×${missed.has(speed) ? ' **missed**' : ''}`,
    ];
  });
  const head = ['client', 'sounds', 'plain', 'helper', 'one at a time', 'as fast', 'one at a time', 'wanted'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The text of clients/SPEED.md. */
export function speedPage(
  speeds: readonly Speed[],
  { clips, passes }: SpeedOptions,
  { cpu, cores, memoryGiB, system, node, onnxruntime, loadBefore }: MachineFacts,
): string {
  return `<!-- Written by npm run clients -- --speed --save. Do not edit. -->
# How fast the clients send

${clips} clips of 2 s to the local server with its development model, milliseconds a clip, medians of ${passes} passes in which languages and calls took turns. _helper_ is the
client's own call (\`embed\`), four calls side by side, or one at a time; _plain_ is the generated call with lists of numbers (\`input_array\`), eight clips in each, as a caller
writes it who has no helper; _as fast_ is how many times as fast as it. The time is the driver's, from arrays in memory to numbers in memory, the server's work included. Both give the same numbers.

${cpu}, ${cores} cores, ${memoryGiB} GiB of memory, ${system}, Node ${node}, onnxruntime ${onnxruntime}. Load average before the run: ${loadBefore}.

${speedTable(speeds)}

Repeat it with \`npm run clients -- --speed\`. A language takes part when its driver knows the call \`plain\`: [README.md](README.md#the-driver).
`;
}
