// Owns the Node server around the app: what a request looks like before it has a route, and how one that is not even a valid
// address is answered. Must not know any route.
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { RequestError as AdaptorError, getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import { RequestError } from '../errors.ts';
import { errorAnswer } from './respond.ts';

/** A server that is not listening yet. `hostname` stands in for a missing Host header, as in HTTP/1.0 health checks. */
export function createHttpServer(app: Hono<{ Bindings: HttpBindings }>, hostname: string): Server {
  return createServer(getRequestListener(app.fetch, { hostname, errorHandler }));
}

/** Calls inside the app never come here: it answers its own failures. */
function errorHandler(error: unknown): Response {
  const requestId = randomUUID();
  const failure =
    error instanceof AdaptorError
      ? new RequestError(
          'ROUTE_NOT_FOUND',
          'The target or the Host header of the request is not a valid address. Send a path and a host name.',
        )
      : error;
  const { status, headers, body } = errorAnswer(failure, requestId);
  return Response.json(body, { status, headers: { ...headers, 'X-Request-Id': requestId, Connection: 'close' } });
}
