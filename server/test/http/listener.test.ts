// Owns the proof that a request which is hardly HTTP gets an answer in the contract's form.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/test-service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

test.each([
  ['a host that is none', 'GET /health/live HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
  ['a target that is no path', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
])('%s is an error in the contract’s form', async (_name, request) => {
  const answer = await raw(request);
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer).toContain('"reason":"ROUTE_NOT_FOUND"');
  expect(answer.toLowerCase()).toContain('x-request-id: ');
});

test('HTTP/1.0 without a host, as old load balancers send it, is answered', async () => {
  expect(await raw('GET /health/live HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 [\s\S]*"status":"ok"/);
});
