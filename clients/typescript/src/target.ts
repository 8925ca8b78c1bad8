// Owns where endpoints are: base URLs of a local server and of Vertex AI, with the limits that each is known to have.

/** Most instances and bytes of one call. */
export interface Limits {
  readonly maxInstances: number;
  readonly maxBodyBytes: number;
}

/** A base URL, and the limits to keep where the endpoint does not state its own. */
export interface Target {
  readonly baseUrl: string;
  readonly limits: Limits;
}

/** A server of this project started without limits of its own takes 64 instances and 10 MB. */
const SERVER: Limits = { maxInstances: 64, maxBodyBytes: 10_000_000 };
/** https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type: 1.5 MB on shared endpoints, 10 MB on dedicated ones. */
const VERTEX_SHARED: Limits = { maxInstances: 64, maxBodyBytes: 1_500_000 };

/** A server of your own, by default the one that `npm start` runs. */
export function serverTarget(baseUrl = 'http://127.0.0.1:8080'): Target {
  return { baseUrl: baseUrl.replace(/\/+$/, ''), limits: SERVER };
}

/** A shared public endpoint. @param location for example `us-central1` */
export function vertexSharedTarget(location: string): Target {
  return { baseUrl: `https://${location}-aiplatform.googleapis.com`, limits: VERTEX_SHARED };
}

/** A dedicated endpoint, which has a host of its own. */
export function vertexDedicatedTarget(where: {
  readonly endpoint: string;
  readonly location: string;
  readonly projectNumber: string;
}): Target {
  const { endpoint, location, projectNumber } = where;
  return { baseUrl: `https://${endpoint}.${location}-${projectNumber}.prediction.vertexai.goog`, limits: SERVER };
}
