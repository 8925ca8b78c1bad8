// Shows bench from outside: what it prints and reports, and how peers that are missing or compute something else end. No time is
// judged: machines differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { runMain } from '../../test/run-main.ts';
import { writeSmallHear } from '../../test/small-hear.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { importHear } from '../hear/import-hear.ts';
import type { Bench } from '../speed/bench-models.ts';
import { layoutsFor } from '../speed/layouts.ts';
import { buildPeakModel } from '../speed/peak.ts';

const root = temporaryFolder('bench');
const at = (...path: string[]) => join(root, ...path);
const python = at('python');

beforeAll(async () => {
  const standIn = fileURLToPath(new URL('../../test/stand-in-for-python.ts', import.meta.url));
  writeFileSync(python, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`, { mode: 0o755 });
  writeSmallHear(at('download'));
  for (const variant of ['fp32', 'int8'] as const) {
    await importHear({ folder: at('download'), out: at(`${variant}.onnx`), variant });
  }
});

const bench = (...args: string[]) => runMain('bench', ...args, '--rounds', '1', '--round-ms', '20', '--batches', '1,3');
// What toJson writes.
const report = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Bench & { machine: Record<string, unknown> };

test('two models and the peers that are there: tables, advice and a report', async () => {
  const { code, stdout, stderr } = await bench(
    at('fp32.onnx'),
    at('int8.onnx'),
    ...['--against', at('download'), '--python', python, '--peers', 'pytorch,onnxruntime'],
  );
  expect(stderr).not.toContain('Error');
  expect(code).toBe(0);
  const { models, peers, machine, cores } = report(at('fp32.onnx.bench.json'));
  expect(machine).toMatchObject({ cores, onnxruntime: expect.stringMatching(/^\d/), processor: expect.any(String) });
  expect(models.map(({ file, variant }) => [file, variant])).toEqual([
    ['fp32.onnx', 'fp32'],
    ['int8.onnx', 'int8'],
  ]);
  for (const model of models) {
    expect(model.operations).toBeGreaterThan(79e6);
    expect(model.operations).toBeLessThan(80e6);
    expect(model.gigaflops).toBeCloseTo((model.operations ?? 0) / model.cpuMs / 1e6, 3);
    expect(model.shareOfPeak).toBeGreaterThan(0);
    expect(model.shareOfFrontEnd).toBeGreaterThan(0);
    expect(model.batches.map(({ rows }) => rows)).toEqual([1, 3]);
    expect(model.layouts.length + model.layoutsLeftOut.length).toBe(layoutsFor(cores).length);
    for (const { clipsPerSecond, cpuMs, share } of model.layouts) {
      expect(clipsPerSecond).toBeGreaterThan(0);
      expect(cpuMs).toBeGreaterThan(0);
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  }
  expect(models[0]?.timesTheFirst).toBe(1);
  // The stand-in says one second for one clip.
  expect(peers).toEqual([
    { name: 'pytorch', version: 'pytorch stand-in', cpuMs: 1000, oursCpuMs: expect.any(Number) },
    { name: 'onnxruntime', version: 'onnxruntime stand-in', cpuMs: 1000, oursCpuMs: expect.any(Number) },
  ]);
  expect(stdout).toMatch(/^\| fp32\.onnx +\| fp32 /m);
  expect(stdout).toContain('| pytorch stand-in ');
  expect(stdout).toMatch(
    /^int8\.onnx: npm start -- --model int8\.onnx --workers \d+ --threads-per-worker \d+ --max-batch [13] \(/m,
  );
  expect(stdout.replace(/^Report: .*$/m, '')).not.toContain(root);
  expect(JSON.stringify({ models, peers, machine })).not.toContain(root);
});

test('a peer that is missing is said, counts as a failure, and keeps no other from being compared with', async () => {
  const { code, stdout, stderr } = await bench(
    at('fp32.onnx'),
    ...['--against', at('download'), '--python', python, '--peers', 'openvino,pytorch', '--report', at('own.json')],
  );
  expect(stderr).toContain(
    "openvino could not be compared with: The peer openvino failed: ModuleNotFoundError: No module named 'openvino' (exit 1).",
  );
  expect(stdout).toContain('| pytorch stand-in ');
  expect(report(at('own.json')).peers).toMatchObject([
    { name: 'openvino', problem: expect.any(String) },
    { name: 'pytorch' },
  ]);
  expect(code).toBe(1);
});

test.each([
  {
    given: 'other weights',
    args: () => ['--against', writeSmallHear(at('other'), { seed: 2 }), '--python', python],
    want: 'The peer pytorch computes something else: expected a cosine of at least 0.999',
  },
  {
    given: 'no Python',
    args: () => ['--against', at('download'), '--python', '/no/such/python'],
    want: 'The peer pytorch failed: starting /no/such/python gave ENOENT',
  },
])('with $given there is nothing to compare with', async ({ args, want }) => {
  const { code, stderr } = await bench(at('fp32.onnx'), ...args(), '--peers', 'pytorch');
  expect(stderr).toContain(want);
  expect(code).toBe(1);
});

test('both forms of a model are compared, by their names', async () => {
  await importHear({ folder: at('download'), out: at('fused.onnx'), variant: 'fp32', form: 'fused' });
  const { code, stdout } = await bench(at('fp32.onnx'), at('fused.onnx'), '--report', at('forms.json'));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\| fp32\.onnx +\| fp32 +\| plain +\|/m);
  expect(stdout).toMatch(/^\| fused\.onnx +\| fp32 +\| fused +\|/m);
  expect(report(at('forms.json')).models.map(({ form }) => form)).toEqual(['plain', 'fused']);
});

test.each([
  { given: 'no model', args: [], want: "missing required argument 'files'" },
  {
    given: 'a file that is not there',
    args: ['nowhere.onnx'],
    want: 'Expected a readable model nowhere.onnx, got ENOENT.',
  },
  {
    given: 'a text',
    args: [at('text.onnx')],
    want: 'Expected an ONNX model with its data beside it, text.onnx is none.',
  },
  {
    given: 'another signature',
    args: [at('peak.onnx')],
    want: 'Model peak.onnx: expected one input [N,32000] of float32 numbers.',
  },
  {
    given: 'no such folder',
    args: [at('fp32.onnx'), '--against', 'nowhere'],
    want: '--against: expected a folder, got nowhere.',
  },
  {
    given: 'an unknown execution provider',
    args: [at('fp32.onnx'), '--execution-provider', 'abacus'],
    want: '--execution-provider: this build of onnxruntime has the execution providers cpu',
  },
  {
    given: 'an execution provider whose libraries come with no package',
    args: [at('fp32.onnx'), '--execution-provider', 'tensorrt'],
    want: 'execution provider',
  },
  {
    given: 'peers beside another execution provider',
    args: [at('fp32.onnx'), '--against', '.', '--execution-provider', 'cuda'],
    want: '--against: the other runtimes compute on the CPU, the models with --execution-provider cuda.',
  },
  {
    given: 'an unknown peer',
    args: [at('fp32.onnx'), '--peers', 'tensorflow'],
    want: 'Expected some of pytorch, openvino, onnxruntime, got tensorflow.',
  },
  {
    given: 'an empty batch',
    args: [at('fp32.onnx'), '--batches', '1,0'],
    want: 'Expected a whole number from 1 to 1000, got 0.',
  },
])('$given is refused', async ({ args, want }) => {
  writeFileSync(at('text.onnx'), 'a text, and not a short one');
  writeFileSync(at('peak.onnx'), buildPeakModel('fp32'));
  const { code, stderr } = await runMain('bench', ...args);
  expect(stderr).toContain(want);
  expect(code).toBe(1);
});
