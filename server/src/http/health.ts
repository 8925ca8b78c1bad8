// Owns what liveness and readiness mean. Ready: every model has run its warm-up, a worker can compute, nobody drains. Alive: it is
// ready or will be, without being started again.
import { RequestError } from '../errors.ts';
import type { Deployment, Service } from './deployment.ts';
import type { Call, Handlers, OperationId, Reply } from './operation.ts';
import { draining, starting } from './resources.ts';

/** The operations that ask how the server is, and nothing else. */
export const HEALTH_OPERATIONS: ReadonlySet<string> = new Set<OperationId>([
  'getHealth',
  'getReadiness',
  'getLiveness',
  'getContainerHealth',
  'getServerLiveness',
  'getServerReadiness',
  'getModelReadiness',
  'getModelVersionReadiness',
  'getModelStatus',
]);

const OK = { status: 200, mediaType: 'application/json', body: { status: 'ok' } } as const satisfies Reply<'getHealth'>;

export function healthHandlers(
  service: Service,
  container: ContainerAddress | undefined,
): Pick<Handlers, 'getHealth' | 'getReadiness' | 'getLiveness' | 'getContainerHealth'> {
  const ready = (): typeof OK => {
    requireReady(service);
    return OK;
  };
  return {
    getLiveness: () => {
      requireAlive(service);
      return OK;
    },
    getReadiness: ready,
    getHealth: ready,
    getContainerHealth: (call) => {
      requireContainer(call, container);
      return ready();
    },
  };
}

/** Throws RequestError with STARTING, DRAINING or UNHEALTHY unless calls to these deployments (by default all) can be answered. */
export function requireReady(service: Service, deployments?: readonly Deployment[]): void {
  const phase = service.phase();
  if (phase === 'starting') throw starting();
  if (phase === 'draining') throw draining();
  if (!isReady(service, deployments)) {
    throw new RequestError(
      'UNHEALTHY',
      'No worker can compute at present. Repeat the call later; tell the operator if it lasts.',
      { retryAfterSeconds: 5 },
    );
  }
}

/**
 * Throws RequestError with UNHEALTHY when a model has lost its workers and none comes by itself. Whoever watches liveness, as Kubernetes
 * does, starts the server again, which is what helps then. A server that drains ends anyhow.
 */
export function requireAlive(service: Service): void {
  const isLost =
    service.phase() === 'serving' && service.deployments().some(({ engine }) => engine.status().state === 'lost');
  if (!isLost) return;
  throw new RequestError(
    'UNHEALTHY',
    'No worker can compute, and none comes back by itself. Start the server again, or reload its model; its log says what happened.',
    { retryAfterSeconds: 5 },
  );
}

/** Whether `requireReady` passes. */
export function isReady(service: Service, deployments = service.deployments()): boolean {
  return service.phase() === 'serving' && deployments.every(({ engine }) => engine.status().state === 'ready');
}

/** The ids that Vertex AI gave this container; any id is served when it gave none. */
export interface ContainerAddress {
  readonly endpointId: string | undefined;
  readonly deployedModelId: string | undefined;
}

/** The container routes carry no token, so they exist only where Vertex AI (or whoever sets its variables) runs the server. */
export function requireContainer({ path }: Pick<Call, 'path'>, container: ContainerAddress | undefined): void {
  const matches =
    container !== undefined &&
    isId(path['endpoint'], container.endpointId) &&
    isId(path['deployedModel'], container.deployedModelId);
  if (!matches) {
    throw new RequestError(
      'ROUTE_NOT_FOUND',
      'The container routes are served only inside a Vertex AI container, under the ids that Vertex AI set. Use the endpoint’s own routes.',
    );
  }
}

/** A route that Vertex AI moved has no ids in its path; where it gave the server none, any is right. */
function isId(given: string | undefined, wanted: string | undefined): boolean {
  return given === undefined || wanted === undefined || given === wanted;
}
