// Owns `GET /status`: how the server is at this moment, for the status page and for a person with curl. It stands beside the contract,
// as the metrics do. Must not know how anything is computed.
import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { AlgorithmStatus, StatusReport } from '@predict-schemata/pages';
import { Hono } from 'hono';
import type { Gate } from '../auth/gate.ts';
import type { RecentCalls } from '../observe/recent-calls.ts';
import type { Service } from './deployment.ts';
import { isReady } from './health.ts';
import { errorAnswer } from './respond.ts';

export interface StatusOptions {
  readonly service: Service & {
    readonly limits: Service['limits'] & { readonly maxQueue: number; readonly maxBatch: number };
  };
  readonly recent: RecentCalls;
  /** Who may look; others get the contract's 401. */
  readonly gate: Pick<Gate, 'identify'>;
}

export function statusPage({ service, recent, gate }: StatusOptions): Hono<{ Bindings: HttpBindings }> {
  const page = new Hono<{ Bindings: HttpBindings }>();
  page.get('/status', async (c) => {
    try {
      await gate.identify(c.req.header('authorization'));
      return c.json(reportOf(service, recent), 200, {
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      });
    } catch (error) {
      const requestId = randomUUID();
      const { status, headers, body } = errorAnswer(error, requestId);
      return Response.json(body, { status, headers: { ...headers, 'X-Request-Id': requestId } });
    }
  });
  return page;
}

function reportOf(service: StatusOptions['service'], recent: RecentCalls): StatusReport {
  const { maxInstances, maxBodyBytes, requestTimeoutMs, maxQueue, maxBatch } = service.limits;
  return {
    phase: service.phase(),
    ready: isReady(service),
    startedAt: service.startedAt.toISOString(),
    limits: { maxInstances, maxBodyBytes, requestTimeoutMs, maxQueue, maxBatch },
    algorithms: service
      .deployments()
      .map(({ algorithm, title, endpointId, deployedModelId, model, engine }): AlgorithmStatus => {
        const { displayName, version, sha256, development, loadedAt } = model;
        return {
          name: algorithm.name,
          title,
          endpointId,
          deployedModelId,
          model: { displayName, version, sha256, development, loadedAt: loadedAt.toISOString() },
          engine: engine.status(),
          recent: recent.summary(algorithm.name),
        };
      }),
  };
}
