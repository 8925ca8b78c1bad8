// Owns what an operator meets at a start: settings that cannot be, tokens, model files, help, and the container's variables.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readContract } from '../src/contract.ts';
import { at, json } from '../src/expectation.ts';
import { SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { repositoryRoot } from '../src/repository-root.ts';
import { type Answer, send } from '../src/send.ts';
import { runToExit, type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { tinyOnnx } from '../src/tiny-onnx.ts';

/** sysexits' EX_CONFIG */
const UNUSABLE_SETTINGS = 78;
const MODEL = join(repositoryRoot, '.cache', 'models', `${ALGORITHM}-development.onnx`);
const ENDPOINTS = '/v1/projects/demo/locations/us-central1/endpoints';

const recorder = createRecorder(await readContract(ALGORITHM));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-up-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly contractPath?: string;
}

/** Sends one request and holds its answer against the contract. */
async function call(
  { url }: ServerProcess,
  path: string,
  { method = 'GET', token, body, contractPath }: Call = {},
): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const bytes = body === undefined ? body : Buffer.from(JSON.stringify(body));
  const answer = await send(url, { method, path, headers, body: bytes }, { judged: true });
  expect(recorder.record({ method, path, contractPath, answer })).toEqual([]);
  return answer;
}

const noInput = { method: 'POST', body: { instances: [{}] } };

describe('settings that cannot be', () => {
  const env = { TOKEN: SERVER_TOKEN };
  test('are all named at once, secrets by name only', async () => {
    const { code, stderr, stdout } = await runToExit({
      args: [
        '--port',
        '99999',
        '--max-batch',
        '0',
        '--auth',
        'maybe',
        '--project',
        '-x',
        '--request-timeout-ms',
        '1.5',
      ],
      env: { TOKEN: 'too-short', LOG_LEVEL: 'loud', AIP_PREDICT_ROUTE: 'no-slash' },
    });
    expect(code).toBe(UNUSABLE_SETTINGS);
    const lines = stderr.trim().split('\n');
    expect(lines[0]).toBe('The settings are not usable:');
    for (const name of [
      '--port',
      '--max-batch',
      '--auth',
      '--project',
      '--request-timeout-ms',
      'TOKEN',
      'LOG_LEVEL',
      'AIP_PREDICT_ROUTE',
    ]) {
      expect(
        lines.filter((line) => line.startsWith(`- ${name}: `)),
        name,
      ).toHaveLength(1);
    }
    expect(lines).toHaveLength(9);
    expect(stderr + stdout).not.toContain('too-short');
  });

  test.each([
    { given: ['--prot', '80'], want: /- unknown option '--prot'.*see --help/s },
    { given: ['extra'], want: /- too many arguments.*see --help/s },
    { given: ['--port'], want: /- option '--port <PORT>' argument missing; see --help/ },
    {
      given: ['--auth', 'none', '--host', '0.0.0.0'],
      want: /- --auth none serves everyone who can reach 0\.0\.0\.0; listen on 127\.0\.0\.1, use --auth token, or add --allow-no-auth/,
    },
    { given: ['--auth', 'none', '--host', '::'], want: /- --auth none serves everyone who can reach ::;/ },
    {
      given: ['--workers', '1000', '--threads-per-worker', '1000'],
      want: /- --workers 1000 × --threads-per-worker 1000 is more than the \d+ cores/,
    },
    { given: ['--max-instances', '300'], want: /- --max-instances 300 is more than --max-queue 256/ },
    {
      given: ['--execution-provider', 'abacus'],
      want: /- --execution-provider: this build of onnxruntime has the execution providers cpu.*, got "abacus"/,
    },
    // Known to some builds, and its libraries come with none.
    { given: ['--execution-provider', 'tensorrt'], want: /execution provider.*tensorrt/ },
    { given: ['--log-level', 'loud'], want: /- --log-level: expected trace, debug,.* or silent, got "loud"/ },
    { given: ['--host', ''], want: /- --host: expected a text that is not empty, got ""/ },
    // Reserved for documents (RFC 5737, RFC 6761): no machine has them.
    { given: ['--host', '203.0.113.7'], want: /^Expected an address of this machine after --host.*127\.0\.0\.1/m },
    { given: ['--host', 'http://127.0.0.1'], want: /^Expected an address of this machine after --host/m },
    { given: ['--algorithms', 'hear,denoise9'], want: /- --algorithms: expected some of hear.*, got denoise9/ },
  ])('$given', async ({ given, want }) => {
    const { code, stderr } = await runToExit({ args: given, env });
    expect(stderr).toMatch(want);
    expect(stderr).not.toMatch(/\n +at /);
    expect(code).toBe(UNUSABLE_SETTINGS);
  });

  test('a port that is taken', async () => {
    await using first = await startReadyServer({ env });
    const { code, stderr } = await runToExit({ args: ['--port', new URL(first.url).port], env });
    expect(stderr).toMatch(/^The port is taken by another program\. .*--port/m);
    expect(code).toBe(UNUSABLE_SETTINGS);
  });
});

test('--help lists every setting with its variable and ends well', async () => {
  const { code, stdout, stderr } = await runToExit({ args: ['--help'] });
  expect(code).toBe(0);
  expect(stderr).toBe('');
  const flags = ['host', 'port', 'model', 'auth', 'token', 'max-instances', 'max-body-bytes', 'max-queue', 'max-batch'];
  for (const flag of [...flags, 'workers', 'threads-per-worker', 'request-timeout-ms', 'log-level']) {
    expect(stdout).toContain(`--${flag} <`);
  }
  for (const name of ['HOST', 'PORT', 'AIP_HTTP_PORT', 'MODEL', 'AIP_STORAGE_URI', 'TOKEN', 'AUTH'])
    expect(stdout).toContain(name);
});

describe('the model file', () => {
  test('a development model that was never built is said to be missing, with what builds it', async () => {
    const { code, stderr } = await runToExit({ args: ['--port', '0'], env: { CACHE_DIR: join(folder, 'empty') } });
    expect(stderr).toMatch(/development model is not built yet; `npm start` builds it/);
    expect(code).toBe(UNUSABLE_SETTINGS);
  });

  test.each([
    {
      name: 'notes.onnx',
      content: 'this is a text',
      want: /^Expected an ONNX model, notes\.onnx is none .*Give a complete \.onnx file\.$/m,
    },
    { name: 'empty.onnx', content: '', want: /^Expected an ONNX model, empty\.onnx is none \(it holds no graph\)/m },
    { name: 'wide.onnx', content: tinyOnnx(16), want: /wide\.onnx.*32000|32000.*wide\.onnx/s },
  ])('$name is refused with what was expected', async ({ name, content, want }) => {
    const path = join(folder, name);
    await writeFile(path, content);
    const { code, stderr } = await runToExit({ args: ['--port', '0', '--model', path], env: { TOKEN: SERVER_TOKEN } });
    expect(stderr).toMatch(want);
    expect(stderr, 'a path of the host').not.toContain(folder);
    expect(stderr, 'a stack').not.toMatch(/\n +at /);
    expect(code).toBe(UNUSABLE_SETTINGS);
  });

  test('cut off is refused', async () => {
    const path = join(folder, 'cut.onnx');
    await writeFile(path, (await readFile(MODEL)).subarray(0, 100_000));
    const { code, stderr } = await runToExit({ args: ['--port', '0', '--model', path], env: { TOKEN: SERVER_TOKEN } });
    expect(stderr).toMatch(/^Expected an ONNX model, cut\.onnx is none \(cut off/m);
    expect(code).toBe(UNUSABLE_SETTINGS);
  });

  test.each([
    { given: 'absent.onnx', want: /absent\.onnx cannot be read \(ENOENT\)/ },
    { given: '.', want: /no \.onnx file is in it|are in it/ },
    {
      given: 'gs://No-Bucket/x',
      want: /Expected gs:\/\/BUCKET\/FOLDER, but the bucket name .*Correct --model or AIP_STORAGE_URI/,
    },
  ])('$given cannot be found', async ({ given, want }) => {
    const location = given.startsWith('gs:') ? given : join(folder, given);
    const { code, stderr } = await runToExit({ args: ['--port', '0'], env: { TOKEN: SERVER_TOKEN, MODEL: location } });
    expect(stderr).toMatch(want);
    expect(stderr, 'a path of the host').not.toContain(`${folder}/`);
    expect(code).toBe(UNUSABLE_SETTINGS);
  });
});

describe('the token', () => {
  test('is made once, kept for its owner alone, and the same at the next start', async () => {
    const args = ['--cache-dir', join(folder, 'cache'), '--model', MODEL];
    const tokens: string[] = [];
    for (let start = 0; start < 2; start++) {
      await using server = await startReadyServer({ args });
      await expect.poll(server.stdout, { timeout: 10_000 }).toMatch(/^ {2}token {2}\S+$/m);
      const token = /^ {2}token {2}(\S+)$/m.exec(server.stdout())?.[1] ?? '';
      expect((await call(server, ENDPOINTS, { token })).status).toBe(200);
      expect((await call(server, ENDPOINTS)).status).toBe(401);
      expect(server.stderr()).not.toContain(token);
      tokens.push(token);
    }
    expect(tokens[1]).toBe(tokens[0]);
    const { mode } = await stat(join(folder, 'cache', 'token'));
    expect((mode & 0o777).toString(8)).toBe('600');
  });

  test.each([
    {
      name: 'a cache folder that is none',
      file: 'not-a-folder',
      content: '',
      cache: 'not-a-folder',
      want: /ENOTDIR|EEXIST/,
    },
    {
      name: 'a file without a token',
      file: 'token',
      content: '\n',
      cache: '.',
      want: /its file holds none; delete the file token/,
    },
  ])('$name ends the start with what to do', async ({ file, content, cache, want }) => {
    const own = await mkdtemp(join(folder, 'bad-cache-'));
    await writeFile(join(own, file), content);
    const { code, stderr } = await runToExit({ args: ['--port', '0', '--cache-dir', join(own, cache)] });
    expect(stderr).toMatch(/^- --cache-dir: expected /m);
    expect(stderr).toMatch(want);
    expect(stderr).not.toMatch(/\n +at /);
    expect(code).toBe(UNUSABLE_SETTINGS);
  });

  test('a flag wins over the environment', async () => {
    const token = 'token-of-the-flag-0123456789';
    await using server = await startReadyServer({ args: ['--token', token], env: { TOKEN: SERVER_TOKEN } });
    expect((await call(server, ENDPOINTS, { token })).status).toBe(200);
    expect((await call(server, ENDPOINTS, { token: SERVER_TOKEN })).status).toBe(401);
  });

  test('--auth none asks for none, on loopback or when forced', async () => {
    for (const args of [
      ['--auth', 'none'],
      ['--auth', 'none', '--host', '0.0.0.0', '--allow-no-auth'],
    ]) {
      await using server = await startReadyServer({ args });
      expect((await call(server, ENDPOINTS)).status).toBe(200);
      expect((await call(server, ENDPOINTS, { token: SERVER_TOKEN })).status).toBe(200);
    }
  });
});

test('--port 0 picks a free port and says which, also to a person, with a line to paste', async () => {
  await using server = await startReadyServer({ env: { TOKEN: SERVER_TOKEN } });
  expect(Number(new URL(server.url).port)).toBeGreaterThan(0);
  await expect.poll(server.stdout, { timeout: 10_000 }).toContain(`docs   ${server.url}/docs`);
  expect(server.stdout()).toContain(`Serving HeAR on ${server.url}`);
  expect(server.stdout()).toContain('HeAR development model (untrained)');
});

describe('in a container', () => {
  const ids = { AIP_ENDPOINT_ID: '111', AIP_DEPLOYED_MODEL_ID: '222' };

  test('AIP_HTTP_PORT, the ids and the model are taken from Vertex AI, and no token is printed', async () => {
    // The ids change the names by which the endpoint's own routes go, too.
    await using server = await startReadyServer({
      args: ['--port', '0'],
      env: { AIP_HTTP_PORT: '8080', AIP_STORAGE_URI: MODEL, ...ids, TOKEN: SERVER_TOKEN },
    });
    expect(server.log()).toContainEqual(expect.objectContaining({ msg: 'listening', container: true }));
    expect(server.stdout()).toBe('');
    const answer = await call(server, '/v1/endpoints/111/deployedModels/222:predict', noInput);
    expect(Object.keys(Object(json(answer)))).toEqual(['predictions']);
    expect((await call(server, '/v1/endpoints/111/deployedModels/222')).status).toBe(200);
    const described = await call(server, `${ENDPOINTS}/111`, { token: SERVER_TOKEN });
    expect(at(json(described), 'deployedModels', 0, 'id')).toBe('222');
  });

  test('AIP_HTTP_PORT is the port', async () => {
    await using other = await startReadyServer({ env: { TOKEN: SERVER_TOKEN } });
    const { port } = new URL(other.url);
    // That the port is taken shows that it is the one that was asked for.
    const { code, stderr } = await runToExit({ env: { AIP_HTTP_PORT: port, HOST: '127.0.0.1', TOKEN: SERVER_TOKEN } });
    expect(stderr).toMatch(/^The port is taken/m);
    expect(code).toBe(UNUSABLE_SETTINGS);
  });

  test.each([
    { health: '/ping', predict: '/invocations' },
    { health: '/health', predict: '/predict' },
    { health: '/v1/models/it', predict: '/v1/models/it:predict' },
  ])('$health and $predict are where AIP_HEALTH_ROUTE and AIP_PREDICT_ROUTE say', async ({ health, predict }) => {
    const env = {
      AIP_HEALTH_ROUTE: health,
      AIP_PREDICT_ROUTE: predict,
      ...ids,
      HOST: '127.0.0.1',
      TOKEN: SERVER_TOKEN,
    };
    await using server = await startReadyServer({ args: ['--port', '0'], env });
    const alive = await call(server, health, { contractPath: '/v1/endpoints/1/deployedModels/2' });
    expect([alive.status, json(alive)]).toEqual([200, { status: 'ok' }]);
    const contractPath = '/v1/endpoints/1/deployedModels/2:predict';
    const predicted = await call(server, predict, { ...noInput, contractPath });
    expect([predicted.status, at(json(predicted), 'predictions', 0, 'error', 'reason')]).toEqual([200, 'NO_INPUT']);
    expect((await call(server, predict, { contractPath })).status).toBe(405);
    // Moved, not doubled.
    expect((await call(server, contractPath, noInput)).status).toBe(404);
    const own = `${ENDPOINTS}/111:predict`;
    expect((await call(server, own, { ...noInput, token: SERVER_TOKEN })).status).toBe(200);
    expect((await call(server, own, noInput)).status).toBe(401);
  });
});
