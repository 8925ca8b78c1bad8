// Checks finding a model on disk and in a real local storage server: choice of the file, whole copies, cache, refusals.
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type StorageServer, startStorageServer, UPSTREAM_BODY } from '../../test/storage-server.ts';
import { type ModelLocationOptions, resolveModelLocation } from './model-location.ts';
import { ModelLocationError } from './model-location-error.ts';

let server: StorageServer;
let dir: string;

beforeAll(async () => {
  server = await startStorageServer({ pageSize: 2 });
});
beforeEach(async () => {
  // The library sends requests for this machine, too, through a proxy that the environment names.
  vi.stubEnv('NO_PROXY', '127.0.0.1');
  dir = await mkdtemp(join(tmpdir(), 'model-location-'));
});
afterEach(async () => {
  server.reset();
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});
afterAll(() => server.close());

const cacheDir = () => join(dir, 'cache');

function resolve(location: string, options: Partial<ModelLocationOptions> = {}): Promise<string> {
  return resolveModelLocation(location, { cacheDir: cacheDir(), emulatorHost: server.host, ...options });
}

/** The error's text; fails the test when it is none of ours or shows more than it may. */
async function refusal(work: Promise<string>): Promise<string> {
  const error = await work.then(
    (path) => path,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ModelLocationError)) throw new Error(`expected a ModelLocationError, got ${inspect(error)}`);
  expect(error.message).toMatch(/^Expected .+, but .+\. .+\.$/s);
  expect(error.message).not.toContain(dir);
  expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(UPSTREAM_BODY);
  return error.message;
}

async function folder(...names: string[]): Promise<string> {
  const path = join(dir, 'model');
  await mkdir(path);
  for (const name of names) await writeFile(join(path, name), name);
  return path;
}

describe('on disk', () => {
  test('a file is itself, whatever its name', async () => {
    const path = join(await folder('weights.bin'), 'weights.bin');
    expect(await resolve(path)).toBe(path);
  });

  test.each<[string[], string]>([
    [['hear.onnx', 'hear.onnx.data', 'README.md'], 'hear.onnx'],
    [['hear.onnx', 'model.onnx', 'int8.onnx'], 'model.onnx'],
  ])('of a folder with %j it is %s', async (names, want) => {
    expect(await resolve(await folder(...names))).toBe(join(dir, 'model', want));
  });

  test.each<[string[], RegExp]>([
    [[], /no \.onnx file is in it \(it is empty\)/],
    [['b.safetensors', 'a.json'], /no \.onnx file is in it \(a\.json, b\.safetensors\)/],
    [['b.onnx', 'a.onnx', 'c.txt'], /2 are in it \(a\.onnx, b\.onnx\)/],
    [Array.from({ length: 10 }, (_, index) => `${index}.onnx`), /10 are in it \(0\.onnx, .*7\.onnx and 2 more\)/],
  ])('a folder with %j is refused', async (names, text) => {
    expect(await refusal(resolve(await folder(...names)))).toMatch(text);
  });

  test('nothing there', async () => {
    expect(await refusal(resolve(join(dir, 'missing.onnx')))).toContain('missing.onnx cannot be read (ENOENT)');
  });
});

describe('in Cloud Storage', () => {
  beforeEach(() => {
    server.put('models', 'hear/model.onnx', 'graph');
    server.put('models', 'hear/model.onnx.data', 'weights'.repeat(10_000));
    server.put('models', 'hear/notes/how made.txt', 'notes');
    server.put('models', 'hear/', '');
    server.put('models', 'hear/notes/', '');
    server.put('models', 'hear2/model.onnx', 'another');
  });

  const media = () => server.requests.filter(({ target }) => target.includes('alt=media'));

  test.each(['gs://models/hear', 'gs://models/hear/'])(
    '%s brings the whole folder, and nothing else',
    async (location) => {
      const progress: [number, number][] = [];
      const path = await resolve(location, { onProgress: (done, total) => progress.push([done, total]) });
      expect(basename(path)).toBe('model.onnx');
      const copy = dirname(path);
      expect((await readdir(copy, { recursive: true })).toSorted()).toEqual([
        'model.onnx',
        'model.onnx.data',
        'notes',
        'notes/how made.txt',
      ]);
      expect(await readFile(path, 'utf8')).toBe('graph');
      expect(await readFile(`${path}.data`, 'utf8')).toBe('weights'.repeat(10_000));
      expect(progress.at(-1)).toEqual([70_010, 70_010]);
      expect(progress).toEqual(progress.toSorted(([a], [b]) => a - b));
      // Two objects a page: the list came in parts. No credentials go to an emulator.
      expect(server.requests.filter(({ target }) => target.includes('pageToken='))).toHaveLength(2);
      expect(server.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
    },
  );

  test('an unchanged model is not downloaded twice; a changed one is, beside the old copy', async () => {
    const first = await resolve('gs://models/hear');
    expect(media()).toHaveLength(3);
    const progress: number[] = [];
    expect(await resolve('gs://models/hear', { onProgress: (done) => progress.push(done) })).toBe(first);
    expect(media()).toHaveLength(3);
    expect(progress).toEqual([]);

    server.put('models', 'hear/model.onnx', 'GRAPH');
    const second = await resolve('gs://models/hear');
    expect(second).not.toBe(first);
    expect(await readFile(second, 'utf8')).toBe('GRAPH');
    expect(await readFile(first, 'utf8')).toBe('graph');
    expect(media()).toHaveLength(6);
  });

  test('a copy with a file cut short is made anew', async () => {
    const path = await resolve('gs://models/hear');
    await truncate(`${path}.data`, 5);
    expect(await resolve('gs://models/hear')).toBe(path);
    expect(await readFile(`${path}.data`, 'utf8')).toBe('weights'.repeat(10_000));
    expect(await readdir(cacheDir())).toHaveLength(1);
  });

  test('two at once end with the same whole copy', async () => {
    const load = async () => {
      const path = await resolve('gs://models/hear');
      return { path, inode: (await stat(path)).ino };
    };
    const [a, b] = await Promise.all([load(), load()]);
    // Not the same name only: whoever came first may have opened the files by now.
    expect(a).toEqual(b);
    expect(await readFile(a.path, 'utf8')).toBe('graph');
    expect(await readdir(cacheDir())).toHaveLength(1);
  });

  test('one object brings those that continue its name', async () => {
    server.put('models', 'hear/model.onnx.old.onnx', 'old');
    const path = await resolve('gs://models/hear/model.onnx');
    expect((await readdir(dirname(path))).toSorted()).toEqual(['model.onnx', 'model.onnx.data']);
  });

  test('a bucket whose model stands at its root', async () => {
    server.put('alone', 'hear.onnx', 'graph');
    expect(basename(await resolve('gs://alone'))).toBe('hear.onnx');
  });

  test.each([
    ['host and port', () => server.host],
    ['a URL with the path of the API', () => `${server.origin}/storage/v1`],
  ])('takes STORAGE_EMULATOR_HOST as %s', async (_, host) => {
    vi.stubEnv('STORAGE_EMULATOR_HOST', host());
    expect(basename(await resolve('gs://models/hear', { emulatorHost: undefined }))).toBe('model.onnx');
  });

  test.each(['../escape.onnx', 'a/../../escape', '/etc/passwd', 'a//b', './a', 'a\\..\\b', 'nul\0l'])(
    'an object named %j is refused before anything is downloaded',
    async (name) => {
      server.put('models', `hear/${name}`, 'trap');
      expect(await refusal(resolve('gs://models/hear'))).toContain('stay inside their folder');
      expect(media()).toHaveLength(0);
      expect(await readdir(dir)).toEqual([]);
    },
  );

  test.each([
    ['gs://models/he', /none there/],
    ['gs://nowhere/hear', /no such bucket or object \(HTTP 404\)/],
    ['gs://models/hear/notes', /no \.onnx file is in it \(how made\.txt\)/],
    ['gs://Models/hear', /bucket name/],
  ])('%s is refused', async (location, text) => {
    expect(await refusal(resolve(location))).toMatch(text);
    expect(media()).toHaveLength(0);
  });

  test.each([
    [401, /refused the credentials \(HTTP 401\).*application default credentials/],
    [403, /refused the credentials \(HTTP 403\)/],
    [400, /failed \(HTTP 400\)/],
  ])('a list that answers %i', async (status, text) => {
    server.fault('models', undefined, { kind: 'status', status });
    expect(await refusal(resolve('gs://models/hear'))).toMatch(text);
  });

  test.each<[string, Parameters<StorageServer['fault']>[2], RegExp]>([
    ['is refused', { kind: 'status', status: 403 }, /HTTP 403/],
    ['is gone by then', { kind: 'status', status: 404 }, /HTTP 404/],
    ['is cut', { kind: 'cut', afterBytes: 100 }, /failed \(\w+\)/],
    ['does not match its checksum', { kind: 'corrupt' }, /failed \(CONTENT_DOWNLOAD_MISMATCH\)/],
    ['stalls', { kind: 'stall-body', afterBytes: 100 }, /sent nothing for 300 ms/],
  ])('a download that %s leaves nothing behind', async (_, fault, text) => {
    server.fault('models', 'hear/model.onnx.data', fault);
    expect(await refusal(resolve('gs://models/hear', { maxSilenceMs: 300 }))).toMatch(text);
    expect(await readdir(cacheDir())).toEqual([]);
    await server.idle();
  });

  test('a list that stalls', async () => {
    server.fault('models', undefined, { kind: 'stall' });
    expect(await refusal(resolve('gs://models/hear', { maxSilenceMs: 100 }))).toMatch(/sent nothing for 100 ms/);
  });

  test.each([
    ['list', undefined],
    ['download', 'hear/model.onnx.data'],
  ])('the signal ends a %s with its own reason', async (_, name) => {
    server.fault('models', name, { kind: 'stall' });
    const control = new AbortController();
    const reason = new Error('stopped by the operator');
    const work = resolve('gs://models/hear', { signal: control.signal });
    // Three pages of the list and the first object come before the object that stalls.
    await server.received(name === undefined ? 1 : 5);
    control.abort(reason);
    await expect(work).rejects.toBe(reason);
  });

  test('a folder of more than 1000 objects is not a model', async () => {
    const many = await startStorageServer();
    try {
      for (let index = 0; index < 1001; index += 1) many.put('dump', `x/${index}`, '');
      expect(await refusal(resolve('gs://dump/x', { emulatorHost: many.host }))).toContain('at most 1000 objects');
    } finally {
      await many.close();
    }
  });
});
