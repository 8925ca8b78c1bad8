// Owns what a page knows of the program behind it, and of each endpoint once there is a token.
import { getJson } from './api.ts';
import type { Site, SiteAlgorithm } from './site-facts.ts';

/** What the program says of itself. Throws UnreachableError or ApiError. */
export function loadSite(): Promise<Site> {
  return getJson<Site>('/site.json');
}

/** The algorithm that the page's address ends with (`/docs/NAME`), else the first. */
export function algorithmOfPage({ algorithms }: Site, path = location.pathname): SiteAlgorithm {
  const named = algorithms.find(({ name }) => path.split('/').includes(name)) ?? algorithms[0];
  if (named === undefined) throw new Error('The program serves no algorithm. This is a bug.');
  return named;
}

/** What an endpoint says of itself in its resource: limits, and whether its numbers mean anything. */
export interface EndpointFacts {
  readonly maxInstances: number;
  /** After decompression. */
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
  readonly modelDisplayName: string;
  readonly deployedModelId: string;
  /** True for an untrained model, whose numbers mean nothing. */
  readonly development: boolean;
}

/** The part of the contract's Endpoint that is read here. */
interface EndpointResource {
  readonly labels: Readonly<Record<string, string>>;
  readonly deployedModels: readonly { readonly id: string; readonly displayName: string }[];
}

/** Asks the endpoint. Throws ApiError, for example without a token, or UnreachableError. */
export async function loadEndpoint({ endpoint }: SiteAlgorithm): Promise<EndpointFacts> {
  const { labels, deployedModels } = await getJson<EndpointResource>(`/v1/${endpoint}`);
  const [model] = deployedModels;
  return {
    maxInstances: Number(labels['max_instances']),
    maxBodyBytes: Number(labels['max_body_bytes']),
    requestTimeoutMs: Number(labels['request_timeout_ms']),
    modelDisplayName: model?.displayName ?? 'unknown model',
    deployedModelId: model?.id ?? '',
    development: labels['development_model'] === 'true',
  };
}
