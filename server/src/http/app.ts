// Owns the assembly of the HTTP side: every operation of the contract on its route, request ids, authentication, the one
// place that turns failures into answers, and the line about each call in the log. Must not know what an operation does.
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { jsonBytes } from '@predict-schemata/floats';
import { errorCatalogue } from '@predict-schemata/generated/ts/errors.gen.ts';
import { routes } from '@predict-schemata/generated/ts/routes.gen.ts';
import { hasPage } from '@predict-schemata/pages';
import { type Context, Hono } from 'hono';
import { type Gate, openGate } from '../auth/gate.ts';
import { ClientClosedError, RequestError } from '../errors.ts';
import type { CallObserver } from '../observe/call-record.ts';
import type { Logger } from '../observe/log.ts';
import { StageTimes } from '../observe/stages.ts';
import type { Tracing } from '../observe/tracing.ts';
import type { CallCounter } from './call-counter.ts';
import { Discarder, stopUpload } from './discard.ts';
import { HEALTH_OPERATIONS } from './health.ts';
import type { Call, Handlers, Incoming, OperationId, Outgoing } from './operation.ts';
import { refusalOf } from './refusal.ts';
import { requestIdOf } from './request-id.ts';
import { type ErrorForm, errorAnswer, errorFormOf } from './respond.ts';
import { anyOperation, groupRoutes, matchOperation, requireMethod, routeNotFound } from './router.ts';

type AppContext = Context<{ Bindings: HttpBindings }>;

export interface AppOptions {
  readonly handlers: Handlers;
  readonly gate: Gate;
  readonly log: Logger;
  readonly calls: CallCounter;
  readonly observer: CallObserver;
  /** Undefined: no traces. */
  readonly tracing?: Tracing | undefined;
  /** Further paths for operations, for example where AIP_PREDICT_ROUTE moved one to; they replace the contract's own. */
  readonly aliases?: Readonly<Partial<Record<OperationId, string>>>;
  /** Pages and files beside the contract, for example the documentation. */
  readonly pages?: Hono<{ Bindings: HttpBindings }>;
}

export function createApp({
  handlers,
  gate,
  log,
  calls,
  observer,
  tracing,
  aliases = {},
  pages,
}: AppOptions): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>({ strict: true });
  const routed = Object.fromEntries(
    Object.entries(routes).map(([id, { method, path }]) => [id, { method, path: aliases[id as OperationId] ?? path }]),
  );
  const shared: Shared = { log, calls, observer, tracing, discarder: new Discarder() };
  for (const group of groupRoutes(routed as Record<OperationId, { method: string; path: string }>)) {
    // By the contract's path, since the operator may have moved an operation to where another form is usual.
    const form = errorFormOf(routes[anyOperation(group)].path);
    app.all(group.honoPath, (c) =>
      answer(c, { ...shared, form }, (call) =>
        run(call, matchOperation(group, c.req.method, c.req.param()), { handlers, gate }),
      ),
    );
  }
  if (pages !== undefined) app.route('/', pages);
  app.notFound((c) =>
    answer(c, { ...shared, form: errorFormOf(c.req.path) }, async () => {
      if (pages !== undefined && hasPage(pages, c.req.path)) requireMethod(['GET'], c.req.method);
      throw routeNotFound();
    }),
  );
  return app;
}

interface Answered {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>> | undefined;
  readonly mediaType: string;
  readonly body: unknown;
}

/** What all calls have in common. */
type Shared = Pick<AppOptions, 'log' | 'calls' | 'observer' | 'tracing'> & { readonly discarder: Discarder };

type Unrouted = Omit<Call, 'operation' | 'path' | 'caller'>;

async function run(
  call: Unrouted,
  match: { operation: OperationId; path: Call['path'] },
  { handlers, gate }: Pick<AppOptions, 'handlers' | 'gate'>,
): Promise<Answered> {
  call.facts.operation = match.operation;
  const { identify, admit } = routes[match.operation].public ? openGate : gate;
  const caller = await identify(call.incoming.headers.authorization);
  if (caller.name !== undefined) call.facts.caller = caller.name;
  // Finding out who calls may have taken a while, and whoever has gone by now is waited for by nobody.
  if (hasGone(call)) throw new ClientClosedError();
  const release = admit(caller);
  try {
    // Each handler takes the call of its own operation; the lookup by id loses that tie, which the record's type checked.
    const handler = handlers[match.operation] as (call: Call) => Promise<Answered> | Answered;
    return await handler({ ...call, ...match, caller });
  } finally {
    release();
  }
}

/** An HTTP/2 answer is never destroyed; its stream is. */
function hasGone({ incoming, outgoing }: Unrouted): boolean {
  return 'stream' in incoming ? incoming.stream.destroyed : outgoing.destroyed;
}

/** Runs one call and answers it, whatever happens. */
async function answer(
  c: AppContext,
  { log, calls, observer, tracing, discarder, form }: Shared & { readonly form: ErrorForm },
  handle: (call: Unrouted) => Promise<Answered>,
): Promise<Response> {
  // Hono's type names HTTP/1 alone.
  const { incoming, outgoing } = c.env as { incoming: Incoming; outgoing: Outgoing };
  const requestId = requestIdOf(incoming);
  const url = memoized(() => new URL(c.req.url));
  const trace = tracing?.startCall({
    method: c.req.method,
    scheme: url().protocol === 'https:' ? 'https' : 'http',
    traceparent: c.req.header('traceparent'),
  });
  const ids = trace === undefined ? { requestId } : { requestId, traceId: trace.traceId };
  const call: Unrouted = {
    requestId,
    url,
    incoming,
    outgoing,
    times: new StageTimes(),
    trace,
    log: memoized(() => log.child(ids)),
    facts: {},
  };
  // The answer is out when the response is finished or its connection is gone, whichever comes first.
  calls.enter();
  outgoing.once('close', () => calls.leave());
  const answered = await (async () => written(await handle(call), call))().catch((error: unknown) =>
    written(failed(error, call, form), call),
  );
  call.times.end();
  const sent = send(answered, call, discarder);
  // Behind the answer, so that its reader does not wait for the books.
  const { facts, times } = call;
  // Health checks come every few seconds and say nothing while all is well.
  const level = answered.status < 400 && HEALTH_OPERATIONS.has(String(facts.operation)) ? 'debug' : 'info';
  log[level](
    { ...ids, method: c.req.method, status: answered.status, ...facts, stagesMs: times.milliseconds() },
    'call',
  );
  const record = { status: answered.status, facts, times };
  observer.onAnswer(record);
  trace?.end(record);
  await sent;
  return RESPONSE_ALREADY_SENT;
}

/** Written past Hono: a Response object and its Headers would cost more than all else that is done here. */
async function send(
  { status, headers, mediaType, body }: Answered & { readonly body: Uint8Array },
  { requestId, facts, times, incoming, outgoing }: Unrouted,
  discarder: Discarder,
): Promise<void> {
  const all = {
    'Content-Type': mediaType,
    'Content-Length': body.byteLength,
    'X-Request-Id': requestId,
    ...(status === 200 && facts.algorithm !== undefined && { 'Server-Timing': times.serverTiming() }),
    ...headers,
  };
  if ('stream' in incoming) {
    outgoing.writeHead(status, all);
    outgoing.end(body);
    stopUpload(incoming);
    return;
  }
  if (!incoming.complete) {
    const { soon, end } = discarder.discard(incoming);
    await soon;
    if (!incoming.complete) {
      // What still comes would be taken for the next request of this connection.
      outgoing.writeHead(status, { ...all, Connection: 'close' });
      // The whole answer, by its length; its end would close the connection.
      outgoing.write(body);
      await end;
      outgoing.end();
      return;
    }
  }
  outgoing.writeHead(status, all);
  outgoing.end(body);
}

/** Most calls need neither their address nor a log of their own. */
function memoized<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * The answer with its body as bytes: text and bytes as they are, all else as JSON. Throws when a prediction holds what JSON cannot
 * say, which is a bug.
 */
function written(answered: Answered, { times }: Unrouted): Answered & { readonly body: Uint8Array } {
  times.enter('respond');
  const { body, mediaType } = answered;
  if (mediaType === 'application/json') return { ...answered, body: jsonBytes(body) };
  return { ...answered, body: body instanceof Uint8Array ? body : Buffer.from(String(body)) };
}

function failed(error: unknown, call: Unrouted, form: ErrorForm): Answered {
  if (error instanceof ClientClosedError) {
    // Nobody is there to read it; it says what the log and the metrics count.
    const { reason } = refusalOf(call.incoming) ?? error;
    call.facts.reason = reason;
    return { status: errorCatalogue[reason].status, mediaType: 'application/json', body: {} };
  }
  if (!(error instanceof RequestError)) call.log().error({ err: error }, 'a call failed: this is a bug');
  call.facts.reason = error instanceof RequestError ? error.reason : 'INTERNAL';
  const { status, headers, body } = errorAnswer(error, call.requestId, form);
  return { status, headers, mediaType: 'application/json', body };
}
