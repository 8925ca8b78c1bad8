// Owns what many large bodies at once do to a server whose memory for bodies is small: some are answered, the others are told to come
// again, none is lost, and the memory is bounded and given back, whatever the callers do.
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readContract } from '../src/contract.ts';
import { at, json } from '../src/expectation.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { createRecorder } from '../src/recorder.ts';
import { type Answer, send } from '../src/send.ts';
import { type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { ALGORITHM } from '../src/subject.ts';

const PATH = profiles['default']?.path ?? '';
const recorder = createRecorder(await readContract(ALGORITHM));
const MIB = 1024 * 1024;
const BODY_BYTES = 8 * MIB;
const BUDGET_BYTES = 32 * MIB;
const CALLS = 64;
const body = Buffer.alloc(BODY_BYTES, ' ');
body.write('{"instances":[{}]}');

const args = ['--max-body-bytes', String(BODY_BYTES), '--max-body-memory-bytes', String(BUDGET_BYTES)];
const env = { TOKEN: SERVER_TOKEN };
let server: ServerProcess;
beforeAll(async () => {
  server = await startReadyServer({ args, env });
});
afterAll(() => server[Symbol.asyncDispose]());

async function metric(name: string): Promise<number> {
  const { body } = await send(server.url, { method: 'GET', path: '/metrics', headers: {} });
  const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(String(body)) ?? [];
  return Number(value);
}

const headers = { authorization: `Bearer ${SERVER_TOKEN}`, 'content-type': 'application/json' };

async function predict(given: Buffer, how: { chunked?: boolean; encoding?: string } = {}): Promise<Answer> {
  const answer = await send(server.url, {
    method: 'POST',
    path: PATH,
    headers: { ...headers, ...(how.encoding !== undefined && { 'content-encoding': how.encoding }) },
    body: given,
    chunked: how.chunked,
  });
  expect(recorder.record({ method: 'POST', path: PATH, answer })).toEqual([]);
  return answer;
}

test.each([
  { name: 'of known length', given: body, how: {} },
  { name: 'in chunks', given: body, how: { chunked: true } },
  { name: 'compressed', given: gzipSync(body), how: { encoding: 'gzip' } },
])('$name: 64 large bodies at once against memory for 4', async ({ given, how }) => {
  const before = await metric('process_resident_memory_bytes');
  let mostHeld = 0;
  let mostResident = 0;
  let over = false;
  const watch = (async () => {
    while (!over) {
      mostHeld = Math.max(mostHeld, await metric('predict_body_bytes_in_flight'));
      mostResident = Math.max(mostResident, await metric('process_resident_memory_bytes'));
    }
  })();
  const answers = await Promise.all(Array.from({ length: CALLS }, () => predict(given, how)));
  over = true;
  await watch;
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].sort()).toEqual([200, 429]);
  for (const answer of answers.filter(({ status }) => status === 429)) {
    expect(at(json(answer), 'error', 'details', 0, 'reason')).toBe('BODY_MEMORY_FULL');
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  }
  expect(mostHeld).toBeGreaterThan(0);
  expect(mostHeld).toBeLessThanOrEqual(BUDGET_BYTES);
  // All bodies together are 512 MiB. What is being copied or parsed, or not yet collected as garbage, comes on top of the budget.
  expect(mostResident - before).toBeLessThan(8 * BUDGET_BYTES);
  expect(await metric('predict_body_bytes_in_flight')).toBe(0);
});

test('bodies that break off, go on for ever or are refused give their memory back', async () => {
  // Another server, which gives up sooner than the calls above may take on a busy machine.
  await server[Symbol.asyncDispose]();
  server = await startReadyServer({ args: [...args, '--body-timeout-ms', '3000'], env });
  const head = (more: string) =>
    `POST ${PATH} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${SERVER_TOKEN}\r\nContent-Type: application/json\r\n${more}\r\n`;
  const length = `Content-Length: ${BODY_BYTES}\r\n`;
  const { hostname, port } = new URL(server.url);
  const begin = (text: string): Socket => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    socket.write(text, 'latin1');
    return socket.resume();
  };
  const aborted = [
    head(length),
    head('Transfer-Encoding: chunked\r\n'),
    head(`${length}Content-Encoding: gzip\r\n`),
  ].map((text) => begin(`${text}5\r\n`));
  const slow = begin(`${head(length)} `);
  const broken = begin(`${head('Transfer-Encoding: chunked\r\n')}5\r\n     \r\nzz\r\n`);
  const slowEnd = new Promise((resolve) => slow.once('close', resolve));
  await expect.poll(() => metric('predict_body_bytes_in_flight')).toBeGreaterThanOrEqual(2 * BODY_BYTES);
  for (const socket of aborted) socket.destroy();
  await slowEnd;
  broken.destroy();
  await expect.poll(() => metric('predict_body_bytes_in_flight')).toBe(0);
  expect((await predict(body)).status).toBe(200);
  expect((await predict(Buffer.concat([body, Buffer.from(' ')]))).status).toBe(413);
});
