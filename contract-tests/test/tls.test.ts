// Owns what callers see of a server with a certificate: https in both versions of HTTP, the same answers as without, a
// certificate that changes under way, an orderly end.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, writeCertificate } from '../src/certificate.ts';
import { readContract } from '../src/contract.ts';
import { at, json, reasonOf } from '../src/expectation.ts';
import { type FakeStorage, startFakeStorage } from '../src/fake-storage.ts';
import { answerOn, connectHttp2, type Http2Connection } from '../src/http2-client.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { send, type WireRequest } from '../src/send.ts';
import { runToExit, type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';
import { wavFile } from '../src/wav-file.ts';

const PREDICT = profiles['default']?.path ?? '';
const recorder = createRecorder(await readContract(ALGORITHM));
const certificate = await makeCertificate();
const clip = wavFile({});
const good = { instances: [{ input_bytes: clip.toString('base64') }] };
const held = { instances: [{ gcs_uri: 'gs://contract-tests/held.wav' }, ...good.instances] };

let folder: string;
let args: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
  const { certPath, keyPath } = await writeCertificate(folder, certificate);
  args = ['--tls-cert', certPath, '--tls-key', keyPath];
});
afterAll(() => rm(folder, { recursive: true }));

function predict(body: unknown, more: Readonly<Record<string, string>> = {}): WireRequest {
  return {
    method: 'POST',
    path: PREDICT,
    headers: { authorization: `Bearer ${SERVER_TOKEN}`, 'content-type': 'application/json', ...more },
    body: Buffer.from(JSON.stringify(body)),
  };
}

describe('a server with a certificate', () => {
  let storage: FakeStorage;
  let server: ServerProcess;
  let http2: Http2Connection;
  beforeAll(async () => {
    storage = await startFakeStorage({ clip });
    server = await startReadyServer({
      args: [...args, '--max-body-bytes', '300000'],
      env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url },
    });
    http2 = await connectHttp2(server.url, certificate.cert);
  });
  afterAll(async () => {
    await http2[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await storage[Symbol.asyncDispose]();
  });

  test('its address is https', () => {
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  });

  test('the printed curl line works when pasted', async () => {
    await expect.poll(() => server.stdout()).toContain('curl');
    const line =
      server
        .stdout()
        .split('\n')
        .find((text) => text.startsWith('printf')) ?? '';
    expect(line).toContain('https://');
    const { stdout } = await promisify(execFile)('bash', ['-c', line], { maxBuffer: 10_000_000 });
    expect(at(JSON.parse(stdout), 'predictions', 0, 'embedding')).toHaveLength(512);
  });

  test('HTTP/1.1 and HTTP/2 give the same answers', async () => {
    const requests: WireRequest[] = [
      predict(good),
      predict({ instances: [] }),
      predict(good, { authorization: 'Bearer wrong-wrong-wrong-wrong' }),
      { method: 'GET', path: '/health', headers: {} },
      { method: 'GET', path: '/nothing', headers: {} },
      { method: 'PUT', path: PREDICT, headers: {} },
    ];
    for (const wire of requests) {
      const headers = { ...wire.headers, 'x-request-id': 'the-same' };
      const old = await send(server.url, { ...wire, headers }, { ca: certificate.cert });
      const modern = await http2.send({ ...wire, headers });
      expect(recorder.record({ ...wire, answer: modern })).toEqual([]);
      expect([modern.status, json(modern)]).toEqual([old.status, json(old)]);
      expect(modern.headers['connection']).toBeUndefined();
    }
  });

  test('links back say https', async () => {
    const path = PREDICT.replace(/endpoints\/.*/, `models/${ALGORITHM}`);
    const answer = await http2.send({ method: 'GET', path, headers: { authorization: `Bearer ${SERVER_TOKEN}` } });
    const link = at(json(answer), 'predictSchemata', 'instanceSchemaUri');
    expect(String(link).startsWith(`${server.url}/schemata/`)).toBe(true);
  });

  test('many calls on one connection', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => http2.send(predict(good))));
    expect(answers.map(({ status }) => status)).toEqual(new Array(20).fill(200));
  });

  test('large bodies at once, plain and compressed, are read whole in both versions of HTTP', async () => {
    const [clip] = good.instances;
    const alone = at(json(await http2.send(predict(good))), 'predictions', 0);
    // Each begins elsewhere in its chunks, so that bytes of another one could not pass for its own.
    const wires = Array.from({ length: 6 }, (_, index) => {
      const wire = predict({ instances: [clip, clip, clip] });
      return { ...wire, body: Buffer.concat([Buffer.alloc(7 * index, ' '), wire.body ?? Buffer.alloc(0)]) };
    });
    const packed = wires.map((wire) => ({
      ...wire,
      headers: { ...wire.headers, 'content-encoding': 'gzip' },
      body: gzipSync(wire.body),
    }));
    const answers = await Promise.all(
      [...wires, ...packed].flatMap((wire) => [http2.send(wire), send(server.url, wire, { ca: certificate.cert })]),
    );
    for (const answer of answers) expect(json(answer)).toMatchObject({ predictions: [alone, alone, alone] });
  });

  test.each([
    { name: 'too large', given: { 'content-length': '3000000' }, want: [413, 'BODY_TOO_LARGE'] },
    { name: 'with a wrong token', given: { authorization: 'Bearer wrong' }, want: [401, 'INVALID_TOKEN'] },
    { name: 'of another kind', given: { 'content-type': 'text/plain' }, want: [415, 'UNSUPPORTED_MEDIA_TYPE'] },
  ])('a body $name is answered at once, its upload is stopped, its connection serves on', async ({ given, want }) => {
    const wire = predict({}, given);
    const stream = http2.begin(wire);
    const answer = answerOn(stream);
    // Never ended: the server must not wait for the rest.
    stream.write(Buffer.alloc(100_000, ' '));
    expect([(await answer).status, reasonOf(await answer)]).toEqual(want);
    expect((await http2.send(predict(good))).status).toBe(200);
  });

  test('a body that grows too large is refused in the middle', async () => {
    const stream = http2.begin(predict({}));
    const answer = answerOn(stream);
    stream.write(Buffer.alloc(301_000, ' '));
    expect([(await answer).status, reasonOf(await answer)]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  const goneCalls = () => server.log().filter(({ reason }) => reason === 'CLIENT_CLOSED_REQUEST').length;

  test('a stream that is cancelled while its clip is fetched is noted', async () => {
    const before = goneCalls();
    const stream = http2.begin(predict({}));
    stream.on('error', () => {});
    stream.end(JSON.stringify(held));
    await storage.holding(1);
    stream.close(constants.NGHTTP2_CANCEL);
    await expect.poll(goneCalls, { timeout: 3_000 }).toBe(before + 1);
    storage.release();
    expect((await http2.send(predict(good))).status).toBe(200);
  });

  test.each([
    { name: 'of the body', more: {}, written: '{"instances":[' },
    { name: 'of a compressed body', more: { 'content-encoding': 'gzip' }, written: '\x1f\x8b\x08' },
  ])('a connection that is lost in the middle $name is noted', async ({ more, written }) => {
    const before = goneCalls();
    await using lost = await connectHttp2(server.url, certificate.cert);
    const stream = lost.begin(predict({}, more));
    stream.on('error', () => {});
    stream.write(Buffer.from(written, 'latin1'));
    // A round trip behind it, so that the call has begun.
    await promisify(lost.session.ping.bind(lost.session))();
    lost.session.destroy();
    await expect.poll(goneCalls, { timeout: 3_000 }).toBe(before + 1);
    expect((await http2.send(predict(good))).status).toBe(200);
  });

  test('a body that is shorter than it said gets no answer, for it is not the one that was meant', async () => {
    const stream = http2.begin(predict({}, { 'content-length': '1000' }));
    const answer = answerOn(stream);
    stream.end(JSON.stringify(good).slice(0, 100));
    await expect(answer).rejects.toThrow(/PROTOCOL_ERROR/);
    expect((await http2.send(predict(good))).status).toBe(200);
  });

  test.each([
    { name: 'plain HTTP', sent: 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n' },
    { name: 'noise', sent: '\x00\x01\x02\x03\x04\x05\r\n\r\n' },
  ])('$name on the TLS port ends that connection alone', async ({ sent }) => {
    const { hostname, port } = new URL(server.url);
    const socket = connectTcp({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    socket.resume().write(sent, 'latin1');
    await once(socket, 'close');
    expect((await http2.send(predict(good))).status).toBe(200);
  });

  test('old versions of TLS are refused', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connectTls({
      host: hostname,
      port: Number(port),
      ca: certificate.cert,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    });
    await expect(once(socket, 'secureConnect')).rejects.toThrow();
    socket.destroy();
  });

  test('none of this is a bug in the log', () => {
    expect(server.log().filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});

test('a renewed certificate is served without a restart, and connections that stand go on', async () => {
  const mine = await mkdtemp(join(folder, 'renewed-'));
  const { certPath, keyPath } = await writeCertificate(mine, certificate);
  await using server = await startReadyServer({
    args: ['--tls-cert', certPath, '--tls-key', keyPath],
    env: { TOKEN: SERVER_TOKEN },
  });
  await using standing = await connectHttp2(server.url, certificate.cert);
  const renewed = await makeCertificate();
  await writeFile(join(mine, 'new'), renewed.cert);
  await rename(join(mine, 'new'), certPath);
  const warning = await server.logged(({ msg }) => String(msg).startsWith('the certificate files have changed'));
  expect(JSON.stringify(warning)).toContain('does not belong');
  expect(await servedCertificate(server.url)).toBe(bytesOf(certificate.cert));

  await writeFile(join(mine, 'new'), renewed.key);
  await rename(join(mine, 'new'), keyPath);
  await server.logged(({ msg }) => String(msg).startsWith('the certificate was read again'));
  expect(await servedCertificate(server.url)).toBe(bytesOf(renewed.cert));
  expect((await standing.send(predict(good))).status).toBe(200);
  expect((await send(server.url, predict(good), { ca: renewed.cert })).status).toBe(200);
  expect(server.stderr()).not.toContain('PRIVATE KEY');
});

describe('ending', () => {
  test('what was accepted over HTTP/2 is answered whole, and the connection is told to go', async () => {
    await using storage = await startFakeStorage({ clip });
    await using server = await startReadyServer({
      args,
      env: { TOKEN: SERVER_TOKEN, STORAGE_EMULATOR_HOST: storage.url },
    });
    await using standing = await connectHttp2(server.url, certificate.cert);
    await using idle = await connectHttp2(server.url, certificate.cert);
    const idleGone = once(idle.session, 'close');
    const goaway = once(standing.session, 'goaway');
    const accepted = standing.send(predict(held));
    await storage.holding(1);
    server.signal('SIGTERM');
    await Promise.all([goaway, idleGone]);

    await using late = await connectHttp2(server.url, certificate.cert);
    const refused = await late.send(predict(good));
    expect([refused.status, reasonOf(refused)]).toEqual([503, 'DRAINING']);

    storage.release();
    expect(at(json(await accepted), 'predictions', 1, 'embedding')).toHaveLength(512);
    expect(await server.exited).toMatchObject({ code: 0, signal: null });
  });
});

test('files that cannot serve end the start with what is wrong', async () => {
  const { certPath } = await writeCertificate(await mkdtemp(join(folder, 'bad-')), certificate);
  const exit = await runToExit({ args: ['--tls-cert', certPath, '--tls-key', `${certPath}.none`] });
  expect(exit.code).toBe(78);
  expect(exit.stderr).toMatch(/--tls-key: .*ENOENT/);
  const half = await runToExit({ args: ['--tls-cert', certPath] });
  expect(half.code).toBe(78);
  expect(half.stderr).toMatch(/--tls-cert needs --tls-key/);
});

/** The certificate that a new connection is shown, in base64. */
async function servedCertificate(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket: TLSSocket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return raw.toString('base64');
}

function bytesOf(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----|\s/g, '');
}
