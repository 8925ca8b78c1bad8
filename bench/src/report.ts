// Owns the words and tables that results are shown in: RESULTS.md, and the verdicts on a terminal. The same results always give the same
// text. Must not measure.
import type { Results } from './results.ts';
import { OURS } from './subjects.ts';
import { type CellComparison, compareCells, isOfFullSize, type Verdict, verdicts } from './verdicts.ts';

/** The whole page for all kept results. */
export function resultsPage(all: readonly Results[]): string {
  const front = `<!-- Written by npm run bench. Do not edit: run it again, or npm run bench -- --report. -->
# Results

Both sides of every figure were measured in one run on the same machine, in turn. Repeat it with \`npm run bench\`; it makes the peers' environments
itself (Python 3.11 and 4 GB of disk). How it measures: [decision 25](../decisions/0025-cost-beside-the-best-peer.md).
`;
  return [front, ...all.map(resultsOf)].join('\n');
}

function resultsOf(results: Results): string {
  const { machine, measured } = results;
  return [
    `## ${machine.cpu}, ${machine.cores} cores: ${measured.model}\n`,
    `${machine.memoryGiB} GiB of memory, ${machine.system}, Node ${machine.node}, onnxruntime ${machine.onnxruntime}; ` +
      `${measured.passes} passes, ${measured.secondsPerTurn} s a turn. Load average before the run: ${machine.loadBefore}. ${measured.beside}\n`,
    '### Targets\n',
    table(
      ['target', 'wanted', 'measured', ''],
      verdicts(results).map(({ target, want, got, met }) => [target, want, got, met ? 'met' : '**missed**']),
    ),
    ...(results.peers === undefined ? [] : peerTables(results.peers)),
    ...latencyTables(results),
  ].join('\n');
}

function peerTables(peers: NonNullable<Results['peers']>): string[] {
  const { cells, bareCpuMsPerClip, pythonCpuMsPerClip, calibration, versions, missing } = peers;
  const names = [...new Set(cells.map(({ subject }) => subject))];
  const shown = (title: string, figure: (cell: (typeof cells)[number]) => string): string => {
    const rows = compareKeys(cells).map((key) => [
      key,
      ...names.map((name) => {
        const found = cells.find((cell) => cell.subject === name && cellName(cell.cell) === key);
        return found === undefined || found.answered === 0 ? '–' : figure(found);
      }),
    ]);
    return `#### ${title}\n\n${table(['body × instances, callers', ...names], rows)}`;
  };
  const errors = cells.flatMap(({ subject, cell, errors: problems }) =>
    Object.entries(problems).map(([problem, times]) => `${subject}, ${cellName(cell)}: ${times} × ${problem}`),
  );
  return [
    '### Beside the peers\n',
    'The same model file, decoding, bodies and answers for all. Shell cost is the processor time of the whole process tree for one clip, less that of a ' +
      `bare onnxruntime loop (${ms(bareCpuMsPerClip)} in Node, ${ms(pythonCpuMsPerClip)} in Python, where it is the check): the lowest of all passes, since what else runs can ` +
      'only add to it. The rest are medians of the passes. “Node alone” is node:http around a session, which trusts its caller, keeps no log and hears nothing while ' +
      'it computes: not a server to use, but a measure of what Node itself costs.\n',
    table(
      [
        'body × instances, callers',
        'shell cost',
        'best peer',
        'ratio',
        'Node alone',
        'requests/s',
        'best peer',
        'ratio',
        'p99',
        'best peer',
      ],
      compareCells(peers).map(comparisonRow),
    ),
    shown('Processor time for one clip, model included, ms', ({ cpuMsPerClip }) => cpuMsPerClip.toFixed(2)),
    shown('Requests a second', ({ requestsPerSecond }) => requestsPerSecond.toFixed(0)),
    shown('p50 / p99, ms', ({ p50Ms, p99Ms }) => `${p50Ms.toFixed(0)} / ${p99Ms.toFixed(0)}`),
    errors.length === 0
      ? 'No call failed.\n'
      : `Calls that failed:\n\n${errors.map((line) => `- ${line}`).join('\n')}\n`,
    ...Object.entries(missing).map(([name, why]) => `**${name} is missing from this comparison:** ${why}\n`),
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.\n`,
    'The load generator by itself, against a server that computes nothing, 8 callers: ' +
      `${calibration.map(({ kind, instances, requestsPerSecond }) => `${requestsPerSecond.toFixed(0)} requests/s of ${kind} × ${instances}`).join(', ')}. ` +
      `The largest share of one core that it took in a cell: ${Math.round(100 * Math.max(...cells.map(({ generatorShare }) => generatorShare)))} %.\n`,
  ];
}

function comparisonRow({
  cell,
  ours,
  shellMs,
  bestShell,
  shellRatio,
  nodeAloneShellMs,
  bestRate,
  rateRatio,
  bestP99,
}: CellComparison): string[] {
  return [
    cellName(cell),
    ms(shellMs),
    `${ms(bestShell.shellMs)} ${bestShell.subject}`,
    shellRatio.toFixed(2),
    nodeAloneShellMs === undefined ? '–' : ms(nodeAloneShellMs),
    ours.requestsPerSecond.toFixed(0),
    `${bestRate.requestsPerSecond.toFixed(0)} ${bestRate.subject}`,
    rateRatio.toFixed(2),
    ms(ours.p99Ms),
    `${ms(bestP99.p99Ms)} ${bestP99.subject}`,
  ];
}

function latencyTables({ latency, health, parts, throughput }: Results): string[] {
  return [
    ...(latency === undefined
      ? []
      : [
          '### One caller, beside a bare session\n',
          table(
            ['body', 'bare p50', 'added p50', 'added p99', 'calls'],
            latency.map(({ kind, bareP50Ms, p50Ms, p99Ms, calls }) => [
              kind,
              ms(bareP50Ms),
              ms(p50Ms),
              ms(p99Ms),
              String(calls),
            ]),
          ),
        ]),
    ...(health === undefined
      ? []
      : [
          '### Health under full load\n',
          table(
            ['load', 'path', 'p50', 'p99', 'checks'],
            health.map(({ load, path, p50Ms, p99Ms, calls }) => [load, path, ms(p50Ms), ms(p99Ms), String(calls)]),
          ),
        ]),
    ...(parts === undefined
      ? []
      : [
          '### Parsing and answering alone\n',
          table(
            ['one clip', 'bytes', 'JSON', 'ours'],
            [
              ...parts.parsing.map(({ name, bytes, jsonMicroseconds, oursMicroseconds }) => [
                `parsing ${name}`,
                String(bytes),
                micros(jsonMicroseconds),
                micros(oursMicroseconds),
              ]),
              [
                'an answer',
                `${parts.answer.jsonBytes} → ${parts.answer.oursBytes}`,
                micros(parts.answer.jsonMicroseconds),
                micros(parts.answer.oursMicroseconds),
              ],
            ],
          ),
        ]),
    ...(throughput === undefined
      ? []
      : [
          '### Throughput beside bare loops\n',
          `${throughput.servedClipsPerSecond.toFixed(2)} clips/s served, ${throughput.bareClipsPerSecond.toFixed(2)} in ${throughput.sessions} bare loops of one thread.${isOfFullSize(throughput) ? '' : ' The target is for a model of full size: beside this one, a server is most of the work.'}\n`,
        ]),
  ];
}

/** For a terminal: one line for each target. */
export function verdictLines(results: Results): string[] {
  return verdicts(results).map(
    ({ target, want, got, met }: Verdict) => `${met ? 'met   ' : 'MISSED'}  ${target}: ${got} (wanted ${want})`,
  );
}

function compareKeys(cells: NonNullable<Results['peers']>['cells']): string[] {
  return [...new Set(cells.filter(({ subject }) => subject === OURS).map(({ cell }) => cellName(cell)))];
}

function cellName({ kind, instances, concurrency }: CellComparison['cell']): string {
  return `${kind} × ${instances}, ${concurrency}`;
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function micros(value: number): string {
  return `${value.toFixed(0)} µs`;
}

/** A Markdown table, its columns unaligned: nobody reads it before it is rendered. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
