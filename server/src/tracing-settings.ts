// Owns which of OpenTelemetry's environment variables switch tracing on and how spans are gathered, and their check. Where spans go to
// (endpoint, headers, certificates, timeouts) is read by OpenTelemetry's own libraries; must not import them.

export interface TracingSettings {
  /** As OTEL_TRACES_SAMPLER: `always_on`, `always_off` or `traceidratio`, each alone or after `parentbased_`. */
  readonly sampler: (typeof SAMPLERS)[number];
  /** OTEL_TRACES_SAMPLER_ARG: share of the traces, from 0 to 1. */
  readonly samplerRatio: number;
  /** What is missing is OpenTelemetry's default. */
  readonly batches: Readonly<Partial<Record<(typeof BATCH_SETTINGS)[keyof typeof BATCH_SETTINGS], number>>>;
}

/** The specification's variables for spans that leave in batches, by the names that the SDK has for them; it reads none of them. */
const BATCH_SETTINGS = {
  OTEL_BSP_SCHEDULE_DELAY: 'scheduledDelayMillis',
  OTEL_BSP_EXPORT_TIMEOUT: 'exportTimeoutMillis',
  OTEL_BSP_MAX_QUEUE_SIZE: 'maxQueueSize',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: 'maxExportBatchSize',
} as const;

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
/** OTEL_ variables may carry secrets, so that no value of one is ever repeated. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];

/** Undefined when no endpoint is set or tracing is switched off; otherwise adds to `problems` what cannot be used. */
export function readTracingSettings(env: NodeJS.ProcessEnv, problems: string[]): TracingSettings | undefined {
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;
  const endpoints = ENDPOINTS.filter((name) => given(name) !== undefined);
  if (endpoints.length === 0 || given('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  const exporter = given('OTEL_TRACES_EXPORTER') ?? 'otlp';
  if (exporter === 'none') return undefined;
  if (exporter !== 'otlp') problems.push('OTEL_TRACES_EXPORTER: expected otlp or none');
  for (const name of endpoints) {
    if (!isHttpUrl(given(name))) problems.push(`${name}: expected an address that begins with http:// or https://`);
  }
  const protocol = PROTOCOLS.find((name) => given(name) !== undefined);
  if (protocol !== undefined && given(protocol) !== 'http/protobuf') {
    problems.push(
      `${protocol}: expected http/protobuf, the one protocol that this server sends; most collectors listen for it on port 4318`,
    );
  }
  const wanted = given('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const sampler = SAMPLERS.find((name) => name === wanted);
  if (sampler === undefined) problems.push(`OTEL_TRACES_SAMPLER: expected one of ${SAMPLERS.join(', ')}`);
  const samplerRatio = Number(given('OTEL_TRACES_SAMPLER_ARG') ?? 1);
  if (!(samplerRatio >= 0 && samplerRatio <= 1)) {
    problems.push('OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1');
  }
  const batches: Record<string, number> = {};
  for (const [name, option] of Object.entries(BATCH_SETTINGS)) {
    const text = given(name);
    if (text === undefined) continue;
    if (/^[1-9]\d{0,6}$/.test(text)) batches[option] = Number(text);
    else problems.push(`${name}: expected a whole number from 1 to 9999999`);
  }
  return { sampler: sampler ?? 'parentbased_always_on', samplerRatio, batches };
}

function isHttpUrl(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text);
}
