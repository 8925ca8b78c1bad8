// Owns the resources that Vertex AI describes: endpoints with their deployed model, models with their schemata. Reads the
// service's facts and nothing else.
import type { components } from '@predict-schemata/generated/ts/service.gen.ts';
import { type Caller, mayUse, requireEndpoint } from '../auth/caller.ts';
import { RequestError } from '../errors.ts';
import type { Deployment, Service } from './deployment.ts';
import type { Call, Handlers } from './operation.ts';

type Path = Readonly<Record<string, string>>;
type Schemas = components['schemas'];

/** Also the size of a page where none is asked for. */
const LARGEST_PAGE = 100;
const MAX_INT32 = 2 ** 31 - 1;

/** What the contract calls a well-formed project or location (spec/common/parameters). */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** `projects/…/locations/…`, as the caller named them. Throws when the operator serves others alone. */
export function parentOf(path: Path, service: Service): string {
  const { project = '', location = '' } = path;
  const parent = `projects/${project}/locations/${location}`;
  const served =
    WELL_FORMED.test(project) &&
    WELL_FORMED.test(location) &&
    (service.project ?? project) === project &&
    (service.location ?? location) === location;
  if (served) return parent;
  throw new RequestError(
    'ENDPOINT_NOT_FOUND',
    `Expected a project and a location that this server serves, got ${shown(parent)}. Ask its operator for them.`,
  );
}

/** The deployment behind the `{endpoint}` of the path, if the caller may use it. */
export function endpointOf({ path, caller }: Pick<Call, 'path' | 'caller'>, service: Service): Deployment {
  parentOf(path, service);
  requireEndpoint(caller, path['endpoint'] ?? '');
  const deployments = loaded(service);
  const deployment = deployments.find(({ endpointId }) => endpointId === path['endpoint']);
  if (deployment !== undefined) return deployment;
  const served = usable(deployments, caller).map(({ endpointId }) => endpointId);
  throw new RequestError(
    'ENDPOINT_NOT_FOUND',
    `Expected one of the endpoints ${served.join(', ')}, got ${shown(path['endpoint'])}. List the endpoints to see what is served.`,
  );
}

/** The deployments that the caller may use. */
export function usable(deployments: readonly Deployment[], caller: Caller): Deployment[] {
  return deployments.filter(({ endpointId }) => mayUse(caller, endpointId));
}

/** What is served. Throws RequestError with STARTING while the models load, with DRAINING when they never will. */
export function loaded(service: Service): readonly Deployment[] {
  if (service.phase() === 'starting') throw starting();
  const deployments = service.deployments();
  if (deployments.length === 0) throw draining();
  return deployments;
}

export function draining(): RequestError {
  return new RequestError(
    'DRAINING',
    'The server is shutting down and takes no new work. Repeat the call; another replica answers it.',
    { retryAfterSeconds: 1 },
  );
}

export function starting(): RequestError {
  return new RequestError(
    'STARTING',
    'The server is loading and warming up its model. Repeat the call when /health/ready answers 200.',
    { retryAfterSeconds: 1 },
  );
}

export function resourceHandlers(
  service: Service,
  readSchema: (model: string, schema: string) => Promise<string | undefined>,
): Pick<Handlers, 'getEndpoint' | 'listEndpoints' | 'getModel' | 'getSchema'> {
  return {
    getEndpoint: (call) => ({
      status: 200,
      mediaType: 'application/json',
      body: describe(endpointOf(call, service), parentOf(call.path, service), call.url().origin, service),
    }),

    listEndpoints: ({ path, url, caller }) => {
      const parent = parentOf(path, service);
      const { origin, searchParams } = url();
      const endpoints = usable(loaded(service), caller).map((deployment) =>
        describe(deployment, parent, origin, service),
      );
      return { status: 200, mediaType: 'application/json', body: page(endpoints, searchParams) };
    },

    getModel: ({ path, url, caller }) => {
      const parent = parentOf(path, service);
      const deployment = usableModelOf({ path, caller }, service);
      const { algorithm, model } = deployment;
      const schemaUri = (schema: string) => `${url().origin}/schemata/${algorithm.name}/${schema}.yaml`;
      return {
        status: 200,
        mediaType: 'application/json',
        body: {
          name: modelName(deployment, parent),
          displayName: model.displayName,
          description: deployment.description,
          versionId: model.version,
          predictSchemata: {
            instanceSchemaUri: schemaUri('instance'),
            parametersSchemaUri: schemaUri('parameters'),
            predictionSchemaUri: schemaUri('prediction'),
          },
          createTime: model.loadedAt.toISOString(),
          updateTime: model.loadedAt.toISOString(),
        },
      };
    },

    getSchema: async ({ path }) => {
      const { algorithm } = modelOf(path, service);
      const body = await readSchema(algorithm.name, path['schema'] ?? '');
      if (body === undefined) {
        throw new RequestError(
          'ROUTE_NOT_FOUND',
          `Expected instance.yaml, parameters.yaml or prediction.yaml, got ${shown(path['schema'])}.`,
        );
      }
      return { status: 200, mediaType: 'application/yaml', body };
    },
  };
}

/** The model's resource name under the caller's project and location. */
export function modelName({ algorithm }: Deployment, parent: string): string {
  return `${parent}/models/${algorithm.name}`;
}

/** The deployment behind the `{model}` of the path, and behind its `{version}` if it has one, if the caller may use it. */
export function usableModelOf({ path, caller }: Pick<Call, 'path' | 'caller'>, service: Service): Deployment {
  const served = loaded(service).find(({ algorithm }) => algorithm.name === path['model']);
  // Asked before anything is said of models and versions, as for endpoints.
  requireEndpoint(caller, served?.endpointId ?? path['model'] ?? '');
  return requireVersion(modelOf(path, service), path['version']);
}

function modelOf(path: Path, service: Service): Deployment {
  const deployments = loaded(service);
  const deployment = deployments.find(({ algorithm }) => algorithm.name === path['model']);
  if (deployment !== undefined) return deployment;
  const models = deployments.map(({ algorithm }) => algorithm.name);
  throw new RequestError(
    'MODEL_NOT_FOUND',
    `Expected one of the models ${models.join(', ')}, got ${shown(path['model'])}.`,
  );
}

function requireVersion(deployment: Deployment, version: string | undefined): Deployment {
  const served = deployment.model.version;
  if (version === undefined || version === served) return deployment;
  throw new RequestError('MODEL_NOT_FOUND', `Expected the version ${served} of the model, got ${shown(version)}.`);
}

function describe(
  deployment: Deployment,
  parent: string,
  origin: string,
  { limits, startedAt }: Service,
): Schemas['Endpoint'] {
  const { algorithm, model, endpointId, deployedModelId } = deployment;
  const loadedAt = model.loadedAt.toISOString();
  return {
    name: `${parent}/endpoints/${endpointId}`,
    displayName: deployment.title,
    description: deployment.description,
    labels: {
      algorithm: algorithm.name,
      max_instances: String(limits.maxInstances),
      max_body_bytes: String(limits.maxBodyBytes),
      request_timeout_ms: String(limits.requestTimeoutMs),
      development_model: model.development ? 'true' : 'false',
    },
    deployedModels: [
      {
        id: deployedModelId,
        model: modelName(deployment, parent),
        displayName: model.displayName,
        modelVersionId: model.version,
        createTime: loadedAt,
      },
    ],
    trafficSplit: { [deployedModelId]: 100 },
    createTime: startedAt.toISOString(),
    updateTime: loadedAt,
    ...dedicated(origin),
  };
}

/**
 * Without it google-cloud-aiplatform sends raw calls, sound and token with them, to Google's own host; it has no way to be told
 * of another one, and it always speaks https there.
 */
function dedicated(origin: string): Pick<Schemas['Endpoint'], 'dedicatedEndpointEnabled' | 'dedicatedEndpointDns'> {
  const { protocol, host } = new URL(origin);
  return protocol === 'https:' ? { dedicatedEndpointEnabled: true, dedicatedEndpointDns: host } : {};
}

/**
 * Sizes are read as AIP-158 wants it: 0 leaves the choice to the server, and more than it gives is not wrong. A page token is the
 * index of its first endpoint, in decimal digits.
 */
function page(endpoints: Schemas['Endpoint'][], query: URLSearchParams): Schemas['ListEndpointsResponse'] {
  const wanted = wholeNumber(query.get('pageSize') ?? '0', 'pageSize', 0, MAX_INT32);
  const size = Math.min(wanted || LARGEST_PAGE, LARGEST_PAGE);
  const start = wholeNumber(query.get('pageToken') || '0', 'pageToken', 0, endpoints.length);
  const end = start + size;
  return { endpoints: endpoints.slice(start, end), ...(end < endpoints.length && { nextPageToken: String(end) }) };
}

function wholeNumber(text: string, field: string, minimum: number, maximum: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  const description =
    field === 'pageToken'
      ? 'Expected the nextPageToken of an earlier answer'
      : `Expected a whole number from ${minimum} to ${maximum}`;
  throw new RequestError('INVALID_VALUE', `${field}: ${description}, got ${shown(text)}.`, {
    fieldViolations: [{ field, description }],
  });
}

/** A part of the caller's address, short and printable. */
function shown(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 100));
}
