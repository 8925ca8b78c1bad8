// Owns the proof that an imported model is served: from a folder of weights to the answer of the real server.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runToExit, startReadyServer } from '../contract-tests/src/server-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  await model('seed', '--size', 'small', '--out', join(folder, 'download'));
});
afterAll(() => rm(folder, { recursive: true }));

const model = (...args: string[]) => promisify(execFile)(process.execPath, ['models/src/main.ts', ...args]);

test.each([
  { variant: 'fp32', weights: 'private' },
  { variant: 'int8', weights: 'shared' },
])('an imported $variant model with $weights weights answers, and says what it is', async ({ variant, weights }) => {
  const out = join(folder, variant, 'hear.onnx');
  await mkdir(join(folder, variant));
  await model('import', join(folder, 'download'), '--out', out, '--variant', variant);

  // A folder that holds one model is as good as the model.
  await using server = await startReadyServer({
    args: ['--model', join(folder, variant), '--auth', 'none', '--weights', weights],
  });
  const sound = await readFile('fixtures/hear/cough-like-16khz-s16.wav', 'base64');
  const predict = async (instances: unknown[]) => {
    const response = await fetch(`${server.url}/v1/projects/p/locations/l/endpoints/hear:predict`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ instances }),
    });
    expect(response.status).toBe(200);
    // The contract's own suites hold the answer's form.
    return (await response.json()) as {
      modelDisplayName: string;
      predictions: { embedding: number[] }[];
    };
  };
  const others = [{ input_array: new Array(32_000).fill(0.25) }, { input_bytes: sound }];
  const [alone, among] = [await predict([{ input_bytes: sound }]), await predict(others)];
  expect(alone.predictions[0]?.embedding).toHaveLength(512);
  expect(among.predictions[1]).toEqual(alone.predictions[0]);
  expect(alone.modelDisplayName).toMatch(/^HeAR architecture with seeded weights.* \(untrained\)$/);
  expect(server.log()).toContainEqual(expect.objectContaining({ msg: 'model ready', development: true }));
});

test('without its data beside it an imported model is refused before it is served', async () => {
  const out = join(folder, 'fp32', 'hear.onnx');
  for (const name of await readdir(join(folder, 'fp32'))) {
    if (name.endsWith('.data')) await rm(join(folder, 'fp32', name));
  }
  const { code, stderr } = await runToExit({ args: ['--model', out, '--auth', 'none', '--port', '0'] });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/Expected a readable model file, hear\.onnx\.[0-9a-f]{16}\.data gave ENOENT/);
  expect(stderr).not.toContain(folder);
});
