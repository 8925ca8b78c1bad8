import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrokenServer, startBrokenServer } from './broken-server.ts';
import { send } from './send.ts';
import { ALGORITHM } from './subject.ts';
import { watch } from './watched-servers.ts';

const noted: string[] = [];
let server: BrokenServer;

beforeAll(async () => {
  server = await startBrokenServer();
  watch(server.url, [ALGORITHM], (algorithm) => (operationId, status, passed) => {
    noted.push(`${algorithm} ${operationId} ${status} ${passed}`);
  });
});

afterAll(() => server[Symbol.asyncDispose]());

function predict(way: string, options: { judged?: boolean } = {}) {
  const path = `/v1/projects/p/locations/l/endpoints/${ALGORITHM}:predict`;
  return send(server.url, { method: 'POST', path, headers: { 'x-break': way }, body: Buffer.from('{}') }, options);
}

test('an answer of a watched server that breaks the contract fails the call, and is noted', async () => {
  expect((await predict('not at all')).status).toBe(200);
  await expect(predict('a missing field')).rejects.toThrow(/breaks the contract[\s\S]*modelVersionId/);
  expect(noted.map((line) => line.replace(/predict\w+/, 'predict'))).toEqual([
    `${ALGORITHM} predict 200 true`,
    `${ALGORITHM} predict 200 false`,
  ]);
});

test('one that its caller judges, or whose path is not of the contract, is left alone', async () => {
  expect((await predict('a missing field', { judged: true })).status).toBe(200);
  expect((await send(server.url, { method: 'GET', path: '/docs', headers: {} })).status).toBe(200);
  expect(noted).toHaveLength(2);
});
