// Owns what a scenario is, and reading one: YAML or JSON checked by scenario.schema.json, all mistakes at once. Must not know what
// becomes of it.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorCatalogue, type InstanceReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import { Ajv, type ErrorObject } from 'ajv';
import { parse } from 'yaml';
import { at } from '../json.ts';

/** Times and shares as written; see scenario.schema.json. */
export interface Scenario {
  readonly seed?: number;
  readonly latency?: Latency;
  readonly calls?: readonly ('ok' | Fault)[];
  readonly faults?: readonly { readonly share: number; readonly fault: Fault }[];
  readonly failing_instances?: { readonly share: number; readonly reason?: InstanceReason };
  readonly files?: readonly UnreadableFile[];
  readonly limits?: LimitsName | Limits;
  readonly cold_start_s?: number;
  readonly token_lifetime_s?: number;
}

export interface UnreadableFile {
  readonly uri: string;
  readonly reason: InstanceReason;
  /** The token beside the address with which the file can be read all the same. */
  readonly unless_token?: string;
}

export type Latency =
  | { readonly fixed_ms: number }
  | { readonly uniform_ms: readonly [number, number] }
  | { readonly percentiles_ms: Readonly<Record<string, number>> };

export type Fault =
  | { readonly status: 429 | 500 | 503 | 504; readonly retry_after_s?: number }
  | { readonly cut_after_bytes: number }
  | { readonly bytes_per_s: number };

export interface Limits {
  readonly request_bytes?: number;
  readonly response_bytes?: number;
  readonly timeout_ms?: number;
}

type LimitsName = keyof typeof VERTEX_LIMITS;

/** cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type: payload sizes and timeouts of the endpoint kinds. */
export const VERTEX_LIMITS = {
  'vertex-shared': { request_bytes: 1_500_000, response_bytes: 1_500_000, timeout_ms: 60_000 },
  'vertex-dedicated': { request_bytes: 10_000_000, response_bytes: 10_000_000 },
} as const satisfies Record<string, Limits>;

/** A scenario that cannot be used, with every mistake in it. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

const SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/** The scenarios that come with the mock. */
export const builtInScenarios: readonly string[] = readdirSync(SCENARIOS)
  .map((file) => file.replace(/\.yaml$/, ''))
  .sort();

const validate = new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true }).compile(
  JSON.parse(readFileSync(new URL('../../scenario.schema.json', import.meta.url), 'utf8')),
);

/** Reads a built-in scenario by its name, or else a file. Throws ScenarioError. */
export function loadScenario(nameOrFile: string): Scenario {
  const isName = builtInScenarios.includes(nameOrFile);
  try {
    return parseScenario(readFileSync(isName ? `${SCENARIOS}${nameOrFile}.yaml` : nameOrFile, 'utf8'), nameOrFile);
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    throw new ScenarioError(
      `Expected a file or one of ${builtInScenarios.join(', ')}, but ${JSON.stringify(nameOrFile)} cannot be read.`,
    );
  }
}

/** Reads a scenario's text; `name` stands in messages. Throws ScenarioError. */
export function parseScenario(text: string, name: string): Scenario {
  const content = parsedYaml(text, name);
  const mistakes = validate(content) ? furtherMistakes(content) : schemaMistakes(validate.errors ?? []);
  if (mistakes.length > 0) {
    throw new ScenarioError(`The scenario ${name} is not usable:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
  }
  // The schema was met, and it says what the type says.
  return content as Scenario;
}

function parsedYaml(text: string, name: string): unknown {
  try {
    return parse(text, { uniqueKeys: true });
  } catch (error) {
    throw new ScenarioError(`The scenario ${name} is not YAML: ${error instanceof Error ? error.message : error}`);
  }
}

/** What a reader can use: where, what was expected, what came. Of a choice only the form that was meant is explained. */
function schemaMistakes(errors: readonly ErrorObject[]): string[] {
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf');
  const lines = errors.flatMap((error) => {
    const { instancePath, keyword, message, params, schemaPath } = error;
    const place = instancePath.slice(1).replaceAll('/', '.') || 'the scenario';
    const inside = choices.filter(({ schemaPath: choice }) => schemaPath.startsWith(`${choice}/`));
    // An error at the place of the choice itself only says that another form was meant.
    if (inside.some((choice) => choice.instancePath === instancePath)) return [];
    if (keyword === 'oneOf') {
      const explained = errors.some((other) => other.instancePath.startsWith(`${instancePath}/`));
      return explained ? [] : [`${place}: expected ${formsOf(error.schema)}`];
    }
    const detail = keyword === 'additionalProperties' ? `: ${params['additionalProperty']}` : '';
    const allowed = keyword === 'enum' ? `: ${params['allowedValues'].join(', ')}` : '';
    return [`${place} ${message}${detail}${allowed}`];
  });
  return [...new Set(lines)].slice(0, 20);
}

/** The forms of a choice in words: their values, or their first field. */
function formsOf(forms: unknown): string {
  const texts = (Array.isArray(forms) ? forms : []).flatMap((form: unknown) => {
    const [values, value, required] = [at(form, 'enum'), at(form, 'const'), at(form, 'required', 0)];
    if (Array.isArray(values)) return values.map(String);
    return [value, required === undefined ? undefined : `{${required}: …}`].filter((text) => text !== undefined);
  });
  return texts.length === 0 ? 'another form' : `one of ${texts.join(', ')}`;
}

/** What the schema's language cannot say. */
function furtherMistakes(content: unknown): string[] {
  // The schema was met.
  const { faults = [], failing_instances: failing, files = [], latency } = content as Scenario;
  const total = faults.reduce((sum, { share }) => sum + share, 0);
  const reasons = [...(failing?.reason === undefined ? [] : [failing.reason]), ...files.map(({ reason }) => reason)];
  const unknown = reasons.filter((reason) => !isInstanceReason(reason));
  const range = latency !== undefined && 'uniform_ms' in latency ? latency.uniform_ms : [0, 0];
  return [
    ...(total > 1 + 1e-9 ? [`faults: expected shares that add up to 1 at most, got ${total}`] : []),
    ...unknown.map((reason) => `reason: expected one of an instance (see docs/errors), got ${JSON.stringify(reason)}`),
    ...((range[0] ?? 0) > (range[1] ?? 0) ? ['latency.uniform_ms: expected the shortest first'] : []),
  ];
}

function isInstanceReason(reason: string): boolean {
  const levels: readonly string[] = Object.hasOwn(errorCatalogue, reason)
    ? errorCatalogue[reason as InstanceReason].levels // the test of the key is what makes the assertion true
    : [];
  return levels.includes('instance');
}
