// Owns the spans: their names, attributes and parents, and how they leave the process (OTLP over HTTP). Imported only when an endpoint
// is set. Nothing that a caller wrote becomes part of a span but the ids of its traceparent: paths, queries and headers may hold tokens.

import {
  type DiagLogger,
  DiagLogLevel,
  diag,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  type BatchSpanProcessorOptions,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SERVICE_NAME,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import { routes } from '@predict-schemata/generated/ts/routes.gen.ts';
import type { CallRecord } from './call-record.ts';
import type { Logger } from './log.ts';
import type { CallTrace, IncomingCall, Tracing } from './tracing.ts';

export interface OpenTelemetryOptions {
  readonly sampler: string;
  readonly samplerRatio: number;
  /** How spans are gathered before they are sent. */
  readonly batches: Omit<BatchSpanProcessorOptions, 'exporter'>;
}

const SERVICE_NAME = 'predict-schemata';
/** A collector that does not answer must not hold up the end of the process. */
const SHUTDOWN_LIMIT_MS = 3_000;
/** The methods that the conventions know; any other is `_OTHER`, so that callers cannot make up values. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/** Starts sending spans to where OTEL_EXPORTER_OTLP_* of this process's environment says. */
export function startTracing(options: OpenTelemetryOptions, log: Logger): Tracing {
  const report = (error: unknown): void =>
    warn(log, error instanceof Error ? error.message : 'spans could not be sent');
  diag.setLogger(diagLogger(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  setGlobalErrorHandler(report);
  const provider = new TracerProvider({
    sampler: samplerOf(options),
    resource: defaultResource()
      .merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: SERVICE_NAME }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ ...options.batches, exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer(SERVICE_NAME);
  return {
    startCall: (call) => new ServerSpan(tracer, call),
    batches: (algorithm) => ({
      onBatchEnd({ rows, computeMs, origins, error }) {
        const links = linksTo(origins);
        const [first] = links;
        if (first === undefined) return;
        const endMs = performance.now();
        const span = tracer.startSpan(
          'batch',
          {
            startTime: endMs - computeMs,
            attributes: { 'predict.algorithm': algorithm, 'predict.batch.rows': rows },
            links: [...links],
          },
          // A span has one parent; the links name every call that the batch computed for.
          trace.setSpanContext(ROOT_CONTEXT, first.context),
        );
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end(endMs);
      },
    }),
    async shutdown() {
      const timer = Promise.withResolvers<void>();
      const timeout = setTimeout(timer.resolve, SHUTDOWN_LIMIT_MS);
      await Promise.race([provider.shutdown().catch(report), timer.promise]);
      clearTimeout(timeout);
    },
  };
}

/** One call: a server span by OpenTelemetry's HTTP conventions, without what a caller can write freely. */
class ServerSpan implements CallTrace {
  readonly #tracer: Tracer;
  readonly #method: string;
  readonly #span: Span;

  constructor(tracer: Tracer, { method, scheme, traceparent }: IncomingCall) {
    this.#tracer = tracer;
    this.#method = METHODS.has(method) ? method : '_OTHER';
    const parent = traceparent === undefined ? null : parseTraceParent(traceparent);
    this.#span = tracer.startSpan(
      this.#method === '_OTHER' ? 'HTTP' : this.#method,
      { kind: SpanKind.SERVER, attributes: { [ATTR_HTTP_REQUEST_METHOD]: this.#method, [ATTR_URL_SCHEME]: scheme } },
      parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }),
    );
  }

  get traceId(): string {
    return this.context.traceId;
  }

  get context(): SpanContext {
    return this.#span.spanContext();
  }

  /** False for a call that the sampler left out. */
  get recording(): boolean {
    return this.#span.isRecording();
  }

  end({ status, facts, times }: CallRecord): void {
    if (!this.recording) return;
    const span = this.#span;
    const { operation, algorithm, reason, instances, instanceErrors = {} } = facts;
    // The operation comes from this same table; a container's own paths are shown as the contract's.
    const route = operation === undefined ? undefined : routes[operation as keyof typeof routes].path;
    if (route !== undefined) {
      span.updateName(`${this.#method} ${route}`);
      span.setAttribute(ATTR_HTTP_ROUTE, route);
    }
    span.setAttributes({
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
      ...(algorithm !== undefined && { 'predict.algorithm': algorithm }),
      ...(reason !== undefined && { 'predict.reason': reason }),
      ...(instances !== undefined && {
        'predict.instances': instances,
        'predict.instance_errors': Object.values(instanceErrors).reduce((sum, count) => sum + count, 0),
      }),
    });
    // A failure of the caller is no error of the server (HTTP conventions, span status).
    if (status >= 500) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute(ATTR_ERROR_TYPE, reason ?? String(status));
    }
    const inside = trace.setSpan(ROOT_CONTEXT, span);
    for (const { stage, startMs, endMs } of algorithm === undefined ? [] : times.passed) {
      this.#tracer.startSpan(stage, { startTime: startMs }, inside).end(endMs);
    }
    span.end();
  }
}

/** The calls of a batch that are traced, each once. */
function linksTo(origins: readonly unknown[]): Link[] {
  const calls = new Set(origins);
  return [...calls].flatMap((call) =>
    call instanceof ServerSpan && call.recording ? [{ context: call.context }] : [],
  );
}

function samplerOf({ sampler, samplerRatio }: OpenTelemetryOptions): Sampler {
  const kind = sampler.replace('parentbased_', '');
  const root =
    kind === 'always_off'
      ? new AlwaysOffSampler()
      : kind === 'traceidratio'
        ? new TraceIdRatioBasedSampler(samplerRatio)
        : new AlwaysOnSampler();
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

/** The library's own reports go to the log without what it attaches to them: that may be the headers of its requests. */
function warn(log: Logger, message: string): void {
  log.warn({ detail: message.slice(0, 300) }, 'tracing has a problem');
}

function diagLogger(log: Logger): DiagLogger {
  const toLog = (message: string): void => warn(log, message);
  const quiet = (): void => {};
  return { error: toLog, warn: toLog, info: quiet, debug: quiet, verbose: quiet };
}
