// Owns the proof that Triton's own Python client, unmodified, works with the server: the Open Inference Protocol with binary tensors.
import { beforeAll, describe, expect, test } from 'vitest';
import { SERVER_TOKEN } from '../src/profiles.ts';
import { ensurePython, runPython, whyNoPython } from '../src/python.ts';
import { startReadyServer } from '../src/server-process.ts';

const reason = await whyNoPython();
if (reason !== undefined) console.error(reason);

describe.skipIf(reason !== undefined)('tritonclient', () => {
  let seen: unknown;
  beforeAll(async () => {
    const python = await ensurePython();
    await using server = await startReadyServer({ env: { TOKEN: SERVER_TOKEN } });
    seen = await runPython(python, 'triton_client.py', [new URL(server.url).host, SERVER_TOKEN]);
  }, 500_000);

  test('finds the server and the model ready', () => {
    expect(seen).toMatchObject({
      live: true,
      ready: true,
      model_ready: [true, false],
      server: { name: 'predict-schemata', extensions: ['binary_tensor_data'] },
      model: { name: 'hear', inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 32_000] }] },
    });
  });

  test('gets the same numbers in every form, a row for each row', () => {
    expect(seen).toMatchObject({ shape: [3, 512], dtype: 'float32', rows_differ: 3, id: 'call 7', development: true });
    expect(seen).toHaveProperty('forms_agree', new Array(7).fill(true));
  });

  test('raises its own exception with the server’s words', () => {
    const error = (status: string, message: RegExp) => ({ status, message: expect.stringMatching(message) });
    expect(seen).toHaveProperty('errors', {
      shape: error('400', /^INVALID_VALUE: inputs\[0\]\.shape: expected \[N, 32000\] with N from 1, got \[1, 5\]$/),
      'not finite': error('400', /^NOT_FINITE: inputs\[0\]\.data\[17\]: /),
      'too many': error('413', /^TOO_MANY_INSTANCES: /),
      model: error('404', /^MODEL_NOT_FOUND: /),
      token: error('401', /^MISSING_TOKEN: /),
      unknown: error('404', /^ROUTE_NOT_FOUND: /),
    });
  });
});
