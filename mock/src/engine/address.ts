// Owns what the path of a call names: which algorithm, project and location, and whether the mock serves them. Must not know what
// is answered.
import type { AlgorithmContract } from '../contract.ts';
import { CallFailure, shown } from '../failure.ts';
import type { MockSettings } from '../settings.ts';
import type { Operation, Violation } from './prism.ts';
import { recordedModel } from './recorded-model.ts';

/** The parameters of a path, decoded. */
export type PathParameters = Readonly<Record<string, string>>;

/** Reads the parameters of a path that an operation's template matched. */
export function parametersOf(path: string, template: string): PathParameters {
  const names: string[] = [];
  const source = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    return '([^/]*)';
  });
  const values = new RegExp(`^${source}$`).exec(path)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')]));
}

/** Endpoint id of an algorithm. */
export function endpointIdOf({ name }: AlgorithmContract, { endpoint }: MockSettings): string {
  return endpoint ?? name;
}

/** The algorithm that a path is about; undefined when it names none that there is. */
export function algorithmOf(
  path: string,
  contracts: readonly AlgorithmContract[],
  settings: MockSettings,
): AlgorithmContract | undefined {
  const [, kind, text = ''] =
    /^(?:\/v[12](?:\/.*)?)?\/(endpoints|models|schemata)\/([^/]*?)(?::[^/:]*)?(?:\/|$)/.exec(path) ?? [];
  const id = decodeURIComponent(text);
  if (kind === 'endpoints') return contracts.find((contract) => endpointIdOf(contract, settings) === id);
  return contracts.find(({ name }) => name === id);
}

/** A verb is behind a colon (AIP-136): an address with one that no operation has leads nowhere, whatever else would match. */
export function hasUnknownVerb(path: string, operation: Operation): boolean {
  const last = path.split('/').at(-1) ?? '';
  return last.includes(':') && operation.path.endsWith('}');
}

/** Throws CallFailure when the mock does not serve what the path names. */
export function requireServed(
  path: PathParameters,
  violations: readonly Violation[],
  algorithm: AlgorithmContract | undefined,
  { contracts, settings }: { contracts: readonly AlgorithmContract[]; settings: MockSettings },
): void {
  const { project, location, endpoint, deployedModel, model } = path;
  if (deployedModel !== undefined) {
    requireContainer(path, settings);
    return;
  }
  const malformed = violations.some(
    ({ path: [kind, name] }) => kind === 'path' && (name === 'project' || name === 'location'),
  );
  if (project !== undefined) {
    const served =
      !malformed && (settings.project ?? project) === project && (settings.location ?? location) === location;
    if (!served) {
      throw new CallFailure(
        'ENDPOINT_NOT_FOUND',
        `Expected a project and a location that this mock serves, got ${shown(`projects/${project}/locations/${location}`)}.`,
      );
    }
  }
  if (algorithm !== undefined) {
    requireVersion(path, algorithm);
    return;
  }
  if (model !== undefined) {
    const models = contracts.map(({ name }) => name).join(', ');
    throw new CallFailure('MODEL_NOT_FOUND', `Expected one of the models ${models}, got ${shown(model)}.`);
  }
  if (endpoint !== undefined) {
    const endpoints = contracts.map((contract) => endpointIdOf(contract, settings)).join(', ');
    throw new CallFailure('ENDPOINT_NOT_FOUND', `Expected one of the endpoints ${endpoints}, got ${shown(endpoint)}.`);
  }
}

/** A model has the one version that the recorded examples name. */
function requireVersion({ version }: PathParameters, { document }: AlgorithmContract): void {
  const { version: served } = recordedModel(document);
  if (version === undefined || version === served) return;
  throw new CallFailure('MODEL_NOT_FOUND', `Expected the version ${served} of the model, got ${shown(version)}.`);
}

/** The routes without a token are there only where the mock plays a Vertex AI container. */
function requireContainer({ endpoint, deployedModel }: PathParameters, settings: MockSettings): void {
  const served =
    settings.container &&
    (settings.endpoint ?? endpoint) === endpoint &&
    (settings.deployedModelId ?? deployedModel) === deployedModel;
  if (served) return;
  throw new CallFailure(
    'ROUTE_NOT_FOUND',
    'The container routes are there only with --container, under the ids of --endpoint and --deployed-model-id.',
  );
}
