// Owns which of OpenTelemetry's environment variables switch tracing on, and their check. Where spans go to (endpoint, headers,
// certificates, timeouts, BSP) is read by OpenTelemetry's own libraries; must not import them.

export interface TracingSettings {
  /** As OTEL_TRACES_SAMPLER: `always_on`, `always_off` or `traceidratio`, each alone or after `parentbased_`. */
  readonly sampler: (typeof SAMPLERS)[number];
  /** OTEL_TRACES_SAMPLER_ARG: share of the traces, from 0 to 1. */
  readonly samplerRatio: number;
}

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
  return { sampler: sampler ?? 'parentbased_always_on', samplerRatio };
}

function isHttpUrl(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text);
}
