// Owns the mock's flags: their forms, defaults and help. All mistakes are reported at once. Must not start anything.
import { Command, Option } from 'commander';
import { builtInScenarios, loadScenario, type Scenario, ScenarioError } from './scenario/scenario.ts';
import type { MockSettings } from './settings.ts';

export interface MockOptions extends MockSettings {
  /** Names of the algorithms to serve; all of them when undefined. */
  readonly algorithms: readonly string[] | undefined;
  readonly scenario: Scenario;
  /** The server before which the mock stands as a validation proxy. */
  readonly proxy: URL | undefined;
  /** Where examples are kept. */
  readonly record: string | undefined;
}

/** Settings that cannot be used; the message lists all problems. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

/** Throws OptionsError; commander's own error after --help or an unknown flag. */
export function readOptions(args: readonly string[]): MockOptions {
  const given: Readonly<Record<string, string | boolean | undefined>> = createCommand()
    .parse([...args], { from: 'user' })
    .opts();
  const problems: string[] = [];
  const text = (key: string): string | undefined => (typeof given[key] === 'string' ? given[key] : undefined);
  const whole = (key: string, flag: string, least: number, most: number): number => {
    const value = text(key) ?? '';
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= least && number <= most))
      problems.push(`${flag}: expected a whole number from ${least} to ${most}, got ${value}`);
    return number;
  };
  const id = (key: string, flag: string): string | undefined => {
    const value = text(key);
    if (value !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(value)) {
      problems.push(`${flag}: expected letters, digits, dots, dashes and underscores`);
    }
    return value;
  };
  const options = {
    host: text('host') ?? '127.0.0.1',
    port: whole('port', '--port', 0, 65_535),
    algorithms: text('algorithms')
      ?.split(',')
      .map((name) => name.trim()),
    token: text('token'),
    project: id('project', '--project'),
    location: id('location', '--location'),
    endpoint: id('endpoint', '--endpoint'),
    deployedModelId: id('deployedModelId', '--deployed-model-id'),
    container: given['container'] === true,
    maxInstances: whole('maxInstances', '--max-instances', 1, 100_000),
    maxBodyBytes: whole('maxBodyBytes', '--max-body-bytes', 1, 1_000_000_000),
    requestTimeoutMs: whole('requestTimeoutMs', '--request-timeout-ms', 1, 3_600_000),
    scenario: scenarioOf(text('scenario'), problems),
    proxy: upstreamOf(text('proxy'), problems),
    record: text('record'),
  };
  if (options.record !== undefined && options.proxy === undefined)
    problems.push('--record: needs --proxy, whose answers it keeps');
  if (options.proxy !== undefined && text('scenario') !== undefined) {
    problems.push('--scenario: has no effect with --proxy, which passes every call on; choose one of them');
  }
  if (problems.length > 0) throw new OptionsError(problems.map((problem) => `  ${problem}`).join('\n'));
  return options;
}

function scenarioOf(nameOrFile: string | undefined, problems: string[]): Scenario {
  if (nameOrFile === undefined) return {};
  try {
    return loadScenario(nameOrFile);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    problems.push(`--scenario: ${error.message}`);
    return {};
  }
}

function upstreamOf(address: string | undefined, problems: string[]): URL | undefined {
  if (address === undefined) return undefined;
  const url = URL.parse(address);
  if (url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.search === '')
    return url;
  problems.push('--proxy: expected an address such as http://127.0.0.1:8080, without a user or a query');
  return undefined;
}

function createCommand(): Command {
  const option = (flags: string, env: string, help: string, fallback?: string): Option => {
    const made = new Option(flags, help).env(env);
    return fallback === undefined ? made : made.default(fallback);
  };
  return new Command('npm run mock --')
    .description('Serves every algorithm of the contract without a model: each clip gets made-up numbers of its own.')
    .exitOverride()
    .addOption(option('--port <PORT>', 'MOCK_PORT', 'port to listen on; 0 picks a free one and prints it', '4010'))
    .addOption(option('--host <ADDRESS>', 'MOCK_HOST', 'address to listen on', '127.0.0.1'))
    .addOption(
      option('--algorithms <NAMES>', 'MOCK_ALGORITHMS', 'which algorithms to serve, with commas (default: all)'),
    )
    .addOption(
      option('--scenario <NAME|FILE>', 'MOCK_SCENARIO', `how to fail: ${builtInScenarios.join(', ')}, or a YAML file`),
    )
    .addOption(option('--token <TOKEN>', 'MOCK_TOKEN', 'accept this bearer token alone (default: any)'))
    .addOption(
      option('--proxy <URL>', 'MOCK_PROXY', 'pass calls on to a real server and show where they break the contract'),
    )
    .addOption(
      option('--record <FILE>', 'MOCK_RECORD', 'with --proxy: keep examples that keep the contract, without tokens'),
    )
    .addOption(option('--max-instances <N>', 'MOCK_MAX_INSTANCES', 'most instances in one call; more is a 413', '64'))
    .addOption(
      option('--max-body-bytes <BYTES>', 'MOCK_MAX_BODY_BYTES', 'most bytes of one body; more is a 413', '67108864'),
    )
    .addOption(
      option('--request-timeout-ms <MS>', 'MOCK_REQUEST_TIMEOUT_MS', 'longest latency; more is a 504', '60000'),
    )
    .addOption(option('--project <ID>', 'MOCK_PROJECT', 'serve this project alone (default: any)'))
    .addOption(option('--location <ID>', 'MOCK_LOCATION', 'serve this location alone (default: any)'))
    .addOption(option('--endpoint <ID>', 'MOCK_ENDPOINT', "the endpoint's id (default: the algorithm's name)"))
    .addOption(option('--deployed-model-id <ID>', 'MOCK_DEPLOYED_MODEL_ID', 'the id of the deployed model'))
    .addOption(option('--container', 'MOCK_CONTAINER', 'serve the routes of a Vertex AI container too'));
}
