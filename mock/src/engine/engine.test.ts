// Owns the proof that the mock serves every algorithm that there is, each at its own endpoint.
import { describe, expect, test } from 'vitest';
import { hearLike, renamed } from '../../test/contracts.ts';
import { CallFailure } from '../failure.ts';
import { at } from '../json.ts';
import { RunningScenario } from '../scenario/running-scenario.ts';
import { createEngine } from './engine.ts';

const first = await hearLike();
const settings = {
  host: '127.0.0.1',
  port: 0,
  token: undefined,
  project: undefined,
  location: undefined,
  endpoint: undefined,
  deployedModelId: undefined,
  container: false,
  maxInstances: 64,
  maxBodyBytes: 1_000_000,
  requestTimeoutMs: 60_000,
};
const engine = await createEngine([first, await renamed('second')], settings);
const PARENT = '/v1/projects/demo/locations/us-central1';

function call(method: string, path: string, body?: object) {
  return engine.answer({
    method,
    path,
    query: {},
    authorization: 'Bearer any',
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    requestId: 'id',
    origin: 'http://localhost:1',
    preference: { dynamic: false },
    made: new RunningScenario({}).next(true),
  });
}

describe('two algorithms', () => {
  test('are listed, each with its own name', async () => {
    const { body } = await call('GET', `${PARENT}/endpoints`);
    const endpoints = at(body, 'endpoints');
    const names = [0, 1].map((index) => at(endpoints, index, 'name'));
    expect(names).toEqual(
      [first.name, 'second'].map((name) => `projects/demo/locations/us-central1/endpoints/${name}`),
    );
    expect(at(endpoints, 1, 'deployedModels', 0, 'id')).toBe('second-000000000000');
  });

  test.each([first.name, 'second'])('answer at their own endpoints: %s', async (name) => {
    const instance = { gcs_uri: 'gs://bucket/clip.wav' };
    const { status, body } = await call('POST', `${PARENT}/endpoints/${name}:predict`, { instances: [instance, {}] });
    expect(status).toBe(200);
    expect(at(body, 'model')).toBe(`projects/demo/locations/us-central1/models/${name}`);
    expect(at(body, 'predictions', 1, 'error', 'reason')).toBe('NO_INPUT');
    expect(engine.operationOf({ method: 'POST', path: `${PARENT}/endpoints/${name}:predict` })).toBe('predict');
  });

  test('are named when another is asked for', async () => {
    await expect(call('GET', `${PARENT}/endpoints/third`)).rejects.toThrow(
      expect.objectContaining({ reason: 'ENDPOINT_NOT_FOUND', message: expect.stringContaining('second') }),
    );
    await expect(call('GET', `${PARENT}/models/third`)).rejects.toThrow(CallFailure);
  });
});
