import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { specWith } from '../../test/support/spec-with.ts';
import { runProgram } from './program.ts';

interface Run {
  readonly succeeded: boolean;
  readonly output: string;
}

async function run(...args: string[]): Promise<Run> {
  let output = '';
  const out = new Writable({
    write(chunk, _encoding, done) {
      output += String(chunk);
      done();
    },
  });
  return { succeeded: await runProgram(args, { out, workingFolder: tmpdir() }), output };
}

test('generates, then checks, then finds every kind of drift and names the repair', async () => {
  const spec = specWith();
  const out = join(spec, '../generated');
  const flags = ['--spec', spec, '--out', out];
  const first = await run(...flags);
  expect(first).toMatchObject({ succeeded: true });
  expect(first.output).toMatch(
    /✓ load +\d+ ms\n✓ bundle +\d+ ms\n✓ specialise +\d+ ms\n✓ lint +\d+ ms\n✓ emit +\d+ ms\n✓ write +\d+ ms\n/,
  );
  // No escape sequence where the output is no terminal.
  expect(first.output).not.toContain('\u001b');
  expect(await run(...flags, '--check')).toMatchObject({ succeeded: true });

  writeFileSync(join(out, 'extra.txt'), '');
  rmSync(join(out, 'docs/errors.md'));
  const path = join(out, 'openapi/tone.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('440', '441'));
  const drift = await run(...flags, '--check');
  expect(drift.succeeded).toBe(false);
  expect(drift.output).toMatch(/^differs {3}\S+\/openapi\/tone\.json$/m);
  expect(drift.output).toMatch(/^missing {3}\S+\/docs\/errors\.md$/m);
  expect(drift.output).toMatch(/^extra {5}\S+\/extra\.txt$/m);
  expect(drift.output).toContain('Repair: pnpm generate');
  expect(readFileSync(path, 'utf8')).toContain('441');
});

test('a broken spec ends with exit code 1, every problem of the phase, and no output', async () => {
  const spec = specWith({
    'common/headers/request-id.yaml': null,
    'predict-schemata/prediction.yaml': 'title: prediction\n',
  });
  const { succeeded, output } = await run('--spec', spec, '--out', join(spec, '../generated'));
  expect(succeeded).toBe(false);
  expect(output).toContain('spec/predict-schemata/prediction.yaml:1:1 schema-title');
  expect(output).toContain(
    'spec/paths/predict.yaml:15:34 file-exists there is no file spec/common/headers/request-id.yaml',
  );
  expect(output).toContain('2 problems');
  expect(output).not.toContain('    at ');
  expect(output).not.toContain('write');
});

test('releases a contract, refuses a breaking change, and accepts it with a larger major version', async () => {
  const spec = specWith();
  expect(await run('breaking', '--spec', spec)).toMatchObject({
    succeeded: true,
    output: expect.stringContaining('tone 1.2.0: no release yet'),
  });
  expect(await run('release', '--spec', spec)).toMatchObject({
    succeeded: true,
    output: expect.stringContaining('contract-releases/tone/1.2.0.json'),
  });
  const parameters = join(spec, 'algorithms/tone/parameters.yaml');
  writeFileSync(parameters, readFileSync(parameters, 'utf8').replace('maxLength: 3', 'maxLength: 2'));
  const refused = await run('breaking', '--spec', spec);
  expect(refused.succeeded).toBe(false);
  expect(refused.output).toContain('breaking ToneParameters.label (request) limit-narrowed: maxLength 3 became 2');
  const facts = join(spec, 'algorithms/tone/algorithm.yaml');
  writeFileSync(facts, readFileSync(facts, 'utf8').replace('1.2.0', '2.0.0'));
  const accepted = await run('breaking', '--spec', spec);
  expect(accepted.succeeded).toBe(true);
  expect(accepted.output).toContain('accepted ToneParameters.label (request) limit-narrowed');
});

test('releases one algorithm alone, and says which there are', async () => {
  const spec = specWith();
  expect(await run('release', '--spec', spec, '--algorithm', 'drum')).toMatchObject({
    succeeded: false,
    output: expect.stringContaining('expected an algorithm of tone, got drum'),
  });
  expect(await run('release', '--spec', spec, '--algorithm', 'tone')).toMatchObject({
    succeeded: true,
    output: expect.stringContaining('contract-releases/tone/1.2.0.json'),
  });
});

test('the process ends with 1 for a broken spec', () => {
  const main = join(import.meta.dirname, '../main.ts');
  expect(spawnSync(process.execPath, [main, '--spec', join(tmpdir(), 'no-such-spec')]).status).toBe(1);
});
