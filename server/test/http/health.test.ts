// Owns the proof of what health checks say in every state: whoever starts a server again by its liveness must do so when that helps, and
// only then.
import { afterEach, expect, test } from 'vitest';
import { deadEngine, recoveringEngine, workingEngine } from '../support/engines.ts';
import { startTestService, type TestService, type TestServiceOptions } from '../support/test-service.ts';

let service: TestService | undefined;
afterEach(() => service?.close());

const states: [string, { given: TestServiceOptions; want: { live: number; ready: number } }][] = [
  ['all is well', { given: { engine: workingEngine() }, want: { live: 200, ready: 200 } }],
  ['the model is loading', { given: { phase: 'starting' }, want: { live: 200, ready: 503 } }],
  ['a lost worker is being replaced', { given: { engine: recoveringEngine() }, want: { live: 200, ready: 503 } }],
  ['no worker comes back', { given: { engine: deadEngine() }, want: { live: 503, ready: 503 } }],
  [
    'no worker comes back, and it drains',
    { given: { engine: deadEngine(), phase: 'draining' }, want: { live: 200, ready: 503 } },
  ],
];

test.each(states)('%s', async (_name, { given, want }) => {
  service = await startTestService(given);
  const { url } = service;
  const status = async (path: string) => (await fetch(url + path)).status;
  const got = { live: await status('/health/live'), ready: await status('/health/ready') };
  expect(got).toEqual(want);
  expect({ live: await status('/v2/health/live'), ready: await status('/v2/health/ready') }).toEqual(want);
});
