// Owns the proof that Google's own client libraries, unmodified and pointed at this server over https, work: their calls, and each
// error as their typed exception with the server's words.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WRONG_TOKEN } from '../src/case-request.ts';
import { makeCertificate, writeCertificate } from '../src/certificate.ts';
import { startFakeStorage } from '../src/fake-storage.ts';
import { namedToken, TOKEN_FILE } from '../src/named-tokens.ts';
import { SERVER_TOKEN } from '../src/profiles.ts';
import { ensurePython, runPython, whyNoPython } from '../src/python.ts';
import { repositoryRoot } from '../src/repository-root.ts';
import { type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { wavFile } from '../src/wav-file.ts';

const run = promisify(execFile);
const CLIP = join(repositoryRoot, 'fixtures', 'hear', 'cough-like-16khz-s16.wav');
const MODEL = 'projects/demo/locations/us-central1/models/hear';
const ENDPOINT = 'projects/demo/locations/us-central1/endpoints/hear';
const tokens = JSON.stringify({
  valid: SERVER_TOKEN,
  wrong: WRONG_TOKEN,
  'for-another-endpoint': namedToken('for-another-endpoint'),
  'one-call': namedToken('one-call'),
});

let folder: string;
let certPath: string;
let keyPath: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'google-clients-'));
  ({ certPath, keyPath } = await writeCertificate(folder, await makeCertificate()));
});
afterAll(() => rm(folder, { recursive: true }));

/** A server for one library: a token's calls are counted. */
async function withServer<T>(use: (server: ServerProcess) => Promise<T>): Promise<T> {
  await using storage = await startFakeStorage({ clip: wavFile({}) });
  await using server = await startReadyServer({
    args: ['--tls-cert', certPath, '--tls-key', keyPath, '--token-file', TOKEN_FILE, '--fetch-timeout-ms', '500'],
    env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url },
  });
  // Awaited here, or the server would end before its use.
  return await use(server);
}

const MESSAGES = {
  // Both libraries leave an empty list out, as proto3's JSON does.
  400: ['MISSING_FIELD', /^instances: expected a list of instances, got none/],
  401: ['INVALID_TOKEN', /^The bearer token is not one that this server accepts\./],
  403: ['TOKEN_NOT_FOR_ENDPOINT', /^Expected a token for the endpoint "hear"/],
  404: ['ENDPOINT_NOT_FOUND', /^Expected one of the endpoints hear, got "other"\./],
  413: ['TOO_MANY_INSTANCES', /^instances: expected at most 64 instances in one call, got 65;/],
  429: ['TOKEN_RATE_EXCEEDED', /^Expected at most 1 call of this token/],
  503: ['STORAGE_UNAVAILABLE', /./],
  504: ['STORAGE_TIMEOUT', /./],
  explain: ['ROUTE_NOT_FOUND', /^No operation has this path\./],
} as const;

/** Each error with what the library calls it, its reason and its message. */
function errors(names: Readonly<Record<keyof typeof MESSAGES, object>>) {
  return Object.fromEntries(
    Object.entries(MESSAGES).map(([status, [reason, message]]) => [
      status,
      // The keys of both records are the same.
      { ...names[status as unknown as keyof typeof MESSAGES], reason, message: expect.stringMatching(message) },
    ]),
  );
}

const noPython = await whyNoPython();
if (noPython !== undefined) console.error(noPython);

describe.skipIf(noPython !== undefined)('google-cloud-aiplatform for Python', () => {
  let seen: Readonly<Record<string, unknown>>;
  beforeAll(async () => {
    const python = await ensurePython();
    seen = await withServer(async ({ url }) => {
      const result = await runPython(python, 'google_client.py', [url, CLIP, tokens], { REQUESTS_CA_BUNDLE: certPath });
      // The program prints an object.
      return result as Readonly<Record<string, unknown>>;
    });
  }, 500_000);

  test('describes and lists', () => {
    expect(seen).toMatchObject({
      endpoint: ['HeAR', ENDPOINT, 'hear'],
      listed: [ENDPOINT],
      listed_by_service: ['HeAR'],
      model: expect.stringMatching(/\/schemata\/hear\/instance\.yaml$/),
      deployed: [seen['deployed_model_id']],
    });
  });

  test('predicts in every form', () => {
    expect(seen).toMatchObject({
      embedding_length: 512,
      failed: { error: { reason: 'INVALID_LENGTH' } },
      development: true,
      model_version_id: '1',
      model_resource_name: MODEL,
      forms_agree: [true, true, true, true],
      raw_form: [seen['deployed_model_id'], MODEL],
      raw: [200, MODEL, expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/v1\/.*:rawPredict$/)],
      http_body: 'application/json',
    });
  });

  test('raises each error as its own exception', () => {
    const { model, ...others } = seen['errors'] as Readonly<Record<string, unknown>>;
    expect(model).toMatchObject({ type: 'NotFound', reason: 'MODEL_NOT_FOUND' });
    const type = (name: string) => ({ type: name });
    expect(others).toEqual(
      errors({
        400: type('BadRequest'),
        401: type('Unauthorized'),
        403: type('Forbidden'),
        404: type('NotFound'),
        // The library has no class for it.
        413: type('GoogleAPICallError'),
        429: type('TooManyRequests'),
        503: type('ServiceUnavailable'),
        504: type('GatewayTimeout'),
        explain: type('NotFound'),
      }),
    );
  });
});

describe('@google-cloud/aiplatform for Node', () => {
  let seen: Readonly<Record<string, unknown>>;
  beforeAll(async () => {
    const program = join(repositoryRoot, 'contract-tests', 'node', 'google-client.ts');
    seen = await withServer(async ({ url }) => {
      const args = [program, url.replace('127.0.0.1', 'localhost'), CLIP, tokens];
      const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_EXTRA_CA_CERTS: certPath };
      return JSON.parse((await run(process.execPath, args, { env, timeout: 60_000 })).stdout);
    });
  }, 120_000);

  test('describes, lists and predicts in both forms', () => {
    expect(seen).toMatchObject({
      described: 'HeAR',
      listed: [ENDPOINT],
      modelVersionId: '1',
      model: MODEL,
      second: { error: { reason: 'INVALID_LENGTH' } },
      raw: { contentType: 'application/json', prediction: seen['first'] },
    });
    expect(seen['first']).toHaveProperty('embedding.length', 512);
  });

  test('rejects with each error as its own, by its code', () => {
    const code = (number: number) => ({ type: 'GoogleError', code: number });
    // The library makes google.rpc.Code of the HTTP status.
    expect(seen['errors']).toEqual(
      errors({
        400: code(3),
        401: code(16),
        403: code(7),
        404: code(5),
        413: code(3),
        429: code(8),
        503: code(14),
        504: code(4),
        explain: code(5),
      }),
    );
  });
});
