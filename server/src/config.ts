// Owns how flags and environment become one frozen configuration, and what may stand together. The settings themselves are
// rows of settings.ts. Must not read files or know stages.
import { Command, CommanderError, Option } from 'commander';
import type { z } from 'zod';
import { cores, LOOPBACK, memoryBytes, type Setting, settings } from './settings.ts';
import { readTracingSettings, type TracingSettings } from './tracing-settings.ts';

type Settings = typeof settings;
/** Settings whose default depends on the machine or on other settings. */
type Computed = 'host' | 'maxMemoryBytes' | 'maxBodyMemoryBytes' | 'metrics';
type Optional = { [K in keyof Settings]: Settings[K] extends { fallback: string } ? never : K }[keyof Settings];

/** The settings after validation, frozen. What has no default may be missing. */
export type Config = Readonly<
  { [K in Exclude<keyof Settings, Optional>]: z.infer<Settings[K]['schema']> } & {
    [K in Exclude<Optional, Computed>]?: z.infer<Settings[K]['schema']>;
  } & { readonly [K in Computed]: z.infer<Settings[K]['schema']> } & {
    /** True inside a Vertex AI custom container. */ readonly container: boolean;
    /** Set when OpenTelemetry's variables ask for traces. */ readonly tracing?: TracingSettings;
  }
>;

/** All problems of a start at once; `message` has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.map((problem) => `- ${problem}`).join('\n'));
    this.problems = problems;
  }
}

/** Set by Vertex AI in every custom container. */
const CONTAINER_VARIABLES = ['AIP_MODE', 'AIP_HTTP_PORT', 'AIP_HEALTH_ROUTE', 'AIP_PREDICT_ROUTE'];

/**
 * Reads flags and environment. A flag wins over the environment, the first variable of a row over the second.
 * Throws ConfigError with every problem found, or CommanderError for `--help`.
 */
export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): Config {
  const flags = parseFlags(args);
  const raw: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, setting] of Object.entries<Setting>(settings)) {
    const variable = setting.env.find((key) => env[key] !== undefined && env[key] !== '');
    const text = flags[name] ?? (variable === undefined ? setting.fallback : env[variable]);
    sources[name] = flags[name] !== undefined || variable === undefined ? flagName(name) : variable;
    if (text === undefined) continue;
    const parsed = setting.schema.safeParse(text);
    if (parsed.success) raw[name] = parsed.data;
    else
      problems.push(
        `${sources[name]}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}${setting.secret ? '' : `, got ${JSON.stringify(text)}`}`,
      );
  }
  const container = CONTAINER_VARIABLES.some((key) => env[key] !== undefined && env[key] !== '');
  raw['container'] = container;
  raw['host'] ??= container ? '0.0.0.0' : '127.0.0.1';
  raw['maxMemoryBytes'] ??= memoryBytes;
  raw['maxBodyMemoryBytes'] ??= Math.max(Math.floor(memoryBytes / 4), Number(raw['maxBodyBytes'] ?? 0));
  // A port of its own is one that the operator opens or keeps closed; the port of the calls is open to all callers.
  const sheltered = LOOPBACK.test(String(raw['host'])) || raw['metricsPort'] !== undefined;
  raw['metrics'] ??= sheltered ? 'open' : 'token';
  const tracing = readTracingSettings(env, problems);
  if (tracing !== undefined) raw['tracing'] = tracing;
  // Each row was checked by its own schema above, which is where the type of Config comes from.
  const config = raw as unknown as Config;
  problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** What each setting allows by itself but not together. */
function contradictions(config: Config): string[] {
  const problems: string[] = [];
  if (config.auth === 'none' && !LOOPBACK.test(config.host) && !config.allowNoAuth) {
    problems.push(
      `--auth none serves everyone who can reach ${config.host}; listen on 127.0.0.1, use --auth token, or add --allow-no-auth`,
    );
  }
  if (config.metrics === 'off' && config.metricsPort !== undefined) {
    problems.push('--metrics off serves no metrics, but --metrics-port says where; leave one of them away');
  }
  if (config.metricsPort !== undefined && config.metricsPort !== 0 && config.metricsPort === config.port) {
    problems.push(`--metrics-port ${config.metricsPort} is the port of the calls; leave it away, or choose another`);
  }
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    const [given, missing] = config.tlsCert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key'];
    problems.push(`${given} needs ${missing} beside it; give both, or neither to serve without TLS`);
  }
  problems.push(...authContradictions(config));
  if (config.maxBodyBytes > config.maxBodyMemoryBytes) {
    problems.push(
      `--max-body-bytes ${config.maxBodyBytes} is more than --max-body-memory-bytes ${config.maxBodyMemoryBytes}, so the largest body would never fit; raise --max-body-memory-bytes or lower --max-body-bytes`,
    );
  }
  const workers = config.workers ?? 1;
  if (workers * config.threadsPerWorker > cores) {
    problems.push(
      `--workers ${workers} × --threads-per-worker ${config.threadsPerWorker} is more than the ${cores} cores of this machine; lower one of them`,
    );
  }
  if (config.maxInstances > config.maxQueue) {
    problems.push(
      `--max-instances ${config.maxInstances} is more than --max-queue ${config.maxQueue}, so the largest call would never fit; raise --max-queue or lower --max-instances`,
    );
  }
  return problems;
}

/** Settings that say something for some kinds of --auth alone. A single token may stand in the environment whatever the kind. */
const AUTH_SETTINGS = {
  tokenFile: ['token'],
  tokenRate: ['token', 'jwt'],
  tokenConcurrency: ['token', 'jwt'],
  jwksUrl: ['jwt'],
  jwtIssuer: ['jwt'],
  jwtAudience: ['jwt'],
  jwtEndpointsClaim: ['jwt'],
} as const satisfies Partial<Record<keyof Settings, readonly Config['auth'][]>>;

function authContradictions(config: Config): string[] {
  // Object.entries widens the keys and the kinds to strings; they are the table's own.
  const entries = Object.entries(AUTH_SETTINGS) as [keyof typeof AUTH_SETTINGS, readonly string[]][];
  const superfluous = entries.filter(([name, kinds]) => config[name] !== undefined && !kinds.includes(config.auth));
  const missing = (['jwksUrl', 'jwtIssuer', 'jwtAudience'] as const).filter((name) => config[name] === undefined);
  return [
    ...superfluous.map(
      ([name, kinds]) =>
        `${flagName(name)} is for --auth ${kinds.join(' or ')}, got --auth ${config.auth}; leave one of them out`,
    ),
    ...(config.auth === 'jwt' ? missing : []).map((name) => `--auth jwt needs ${flagName(name)}`),
  ];
}

function parseFlags(args: readonly string[]): Record<string, unknown> {
  const command = new Command('npm start --').description('Serves audio algorithms as Vertex AI prediction endpoints.');
  command
    .exitOverride()
    .allowExcessArguments(false)
    .showSuggestionAfterError()
    .helpOption('-h, --help', 'show this help');
  command.configureOutput({ writeErr: () => {} });
  for (const [name, setting] of Object.entries<Setting>(settings)) {
    const value = setting.value === undefined ? '' : ` <${setting.value}>`;
    const facts = [
      setting.fallback === undefined ? [] : `default: ${setting.fallback}`,
      `env: ${setting.env.join(', ')}`,
    ].flat();
    const option = new Option(`${flagName(name)}${value}`, `${setting.help} [${facts.join('; ')}]`);
    command.addOption(
      setting.repeatable
        ? option.argParser((text, before?: string) => (before === undefined ? text : `${before},${text}`))
        : option,
    );
  }
  try {
    return command.parse([...args], { from: 'user' }).opts();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode !== 0) {
      throw new ConfigError([`${error.message.replace(/^error: /, '')}; see --help`]);
    }
    throw error;
  }
}

function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
