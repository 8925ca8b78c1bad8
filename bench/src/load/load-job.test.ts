import { createServer, type RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { type LoadJob, type LoadResult, startLoadGenerator } from './load-job.ts';

const EMBEDDING = [0.5, -1];
const right = (instances: number) =>
  JSON.stringify({ predictions: Array.from({ length: instances }, () => ({ embedding: EMBEDDING })) });

/** Sends two calls of each of three callers to a real server. */
async function load(answer: RequestListener, job: Partial<LoadJob> = {}): Promise<LoadResult> {
  const server = createServer((request, response) => request.resume().once('end', () => answer(request, response)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await using generator = await startLoadGenerator();
  try {
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
    return await generator.run({
      origin: `http://127.0.0.1:${address.port}`,
      path: '/predict',
      body: { kind: 'input_bytes', instances: 2 },
      concurrency: 3,
      durationMs: 0,
      leastCallsEach: 2,
      embedding: EMBEDDING,
      ...job,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('every call is answered and timed, by as many callers at once as asked', async () => {
  let now = 0;
  let most = 0;
  const result = await load((_, response) => {
    now += 1;
    most = Math.max(most, now);
    setTimeout(() => {
      now -= 1;
      response.end(right(2));
    }, 50);
  });
  expect(result).toMatchObject({ answered: 6, errors: {} });
  expect(result.latenciesMs).toHaveLength(6);
  expect(Math.min(...result.latenciesMs)).toBeGreaterThan(40);
  expect(most).toBe(3);
});

test.each([
  { given: 'a status other than 200', answer: (r) => r.writeHead(503).end(), want: { 'status 503': 6 } },
  // The first call of each caller is looked at.
  { given: 'other numbers', answer: (r) => r.end(right(2).replace('0.5', '0.6')), want: { 'wrong answer': 3 } },
  { given: 'a prediction too few', answer: (r) => r.end(right(1)), want: { 'wrong answer': 3 } },
  { given: 'no answer', answer: (r) => r.destroy(), want: { UND_ERR_SOCKET: 6 } },
] satisfies { given: string; answer: (response: Parameters<RequestListener>[1]) => unknown; want: object }[])(
  '$given is an error',
  async ({ answer, want }) => {
    const { answered, errors } = await load((_, response) => void answer(response));
    expect(errors).toEqual(want);
    expect(answered).toBe(6 - Object.values(errors).reduce((sum, times) => sum + times, 0));
  },
);

test('without a body it is a GET', async () => {
  const methods: string[] = [];
  const server: RequestListener = ({ method = '' }, response) => {
    methods.push(method);
    response.end();
  };
  await using generator = await startLoadGenerator();
  const http = createServer(server);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  await generator.run({ origin: `http://127.0.0.1:${address.port}`, path: '/', concurrency: 1, durationMs: 0 });
  http.closeAllConnections();
  http.close();
  expect(methods).toEqual(['GET']);
});
