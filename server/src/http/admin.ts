// Owns the operator's own listener, on the loopback interface alone: how the engines are, and the reload of the models. It is no
// part of the contract. Must not know how a model is loaded.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Logger } from '../observe/log.ts';
import type { ReloadResult, Service } from './deployment.ts';

/** The listener's only address: whoever reaches it runs on this machine. */
const ADDRESS = '127.0.0.1';
const OWN_NAMES = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

export interface AdminOptions {
  readonly service: Service;
  readonly reload: () => Promise<readonly ReloadResult[]>;
  readonly log: Logger;
}

/** `GET /status` and `POST /reload`; JSON, `{ "error": TEXT }` for what is refused. */
export function createAdminApp({ service, reload, log }: AdminOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    // A web page that the operator has open runs on this machine too: its calls carry an Origin, or another site's name as Host.
    const fromPage = c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined;
    if (fromPage || !OWN_NAMES.test(c.req.header('host') ?? '')) {
      return c.json({ error: `Expected a call from a program to ${ADDRESS}, not one from a web page.` }, 403);
    }
    await next();
  });
  app.get('/status', (c) => c.json({ phase: service.phase(), models: service.deployments().map(statusOf) }));
  app.post('/reload', async (c) => {
    if (service.phase() !== 'serving') {
      return c.json(
        { error: `Expected a server that serves, this one is ${service.phase()}. Repeat the call later.` },
        503,
      );
    }
    const models = await reload();
    return c.json({ models }, models.some(({ result }) => result === 'refused') ? 422 : 200);
  });
  app.notFound((c) => c.json({ error: 'Expected GET /status or POST /reload.' }, 404));
  app.onError((error, c) => {
    log.error({ err: error }, 'an admin call failed');
    return c.json({ error: 'The call failed; the log says why.' }, 500);
  });
  return app;
}

/** Listens on the loopback interface; port 0 picks a free one. Rejects with the listen error. */
export async function listenForAdmin(port: number, app: Hono): Promise<{ url: string; close(): void }> {
  const server = createServer(getRequestListener(app.fetch, { hostname: ADDRESS }));
  server.listen(port, ADDRESS);
  await once(server, 'listening');
  // A server that listens on a TCP port has an AddressInfo.
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${ADDRESS}:${taken}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function statusOf({
  algorithm,
  endpointId,
  deployedModelId,
  model,
  engine,
}: ReturnType<Service['deployments']>[number]) {
  const { loadedAt, version, sha256 } = model;
  return {
    algorithm: algorithm.name,
    endpointId,
    deployedModelId,
    modelVersionId: version,
    sha256,
    loadedAt,
    ...engine.status(),
  };
}
