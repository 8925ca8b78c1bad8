// Owns the set-ups of the server that cases name. Limits are small where a case must break them. Must not know a case.
import { TOKEN_FILE } from './named-tokens.ts';
import type { ServerSettings } from './server-process.ts';
import { ALGORITHM } from './subject.ts';

/** The server's token in every set-up; no answer and no log may hold it. */
export const SERVER_TOKEN = 'contract-tests-server-token-0123456789';

const SMALL_LIMITS = [
  '--max-instances',
  '3',
  '--max-queue',
  '3',
  '--max-body-bytes',
  '300000',
  '--fetch-timeout-ms',
  '1500',
];

/** Where the container set-up is called; AIP_ENDPOINT_ID and AIP_DEPLOYED_MODEL_ID give these ids. */
export const CONTAINER_PREDICT = '/v1/endpoints/111/deployedModels/222:predict';

export type Profiles = Readonly<Record<string, ServerSettings & { readonly path: string }>>;

/** The set-ups of a server that serves one algorithm alone. */
export function profilesOf(algorithm: string): Profiles {
  const path = `/v1/projects/demo/locations/us-central1/endpoints/${algorithm}:predict`;
  const alone = { ALGORITHMS: algorithm };
  return {
    /** As `npm start` runs it. */
    default: { env: alone, path },
    /** Limits that a short body can break, and one project, location and endpoint alone. */
    small: {
      args: [...SMALL_LIMITS, '--project', 'lab', '--location', 'eu', '--endpoint', '4711'],
      env: alone,
      path: '/v1/projects/lab/locations/eu/endpoints/4711:predict',
    },
    /** With named tokens beside the server's own, and the endpoint id that one of them is for. */
    tokens: {
      args: ['--token-file', TOKEN_FILE, '--endpoint', 'this-endpoint'],
      env: alone,
      path: path.replace(algorithm, 'this-endpoint'),
    },
    /** As Vertex AI runs it. */
    container: {
      args: [...SMALL_LIMITS, '--host', '127.0.0.1'],
      env: { ...alone, AIP_MODE: 'PREDICTION', AIP_ENDPOINT_ID: '111', AIP_DEPLOYED_MODEL_ID: '222' },
      path: CONTAINER_PREDICT,
    },
  };
}

/** The set-ups with the algorithm that the suites about the server itself use. */
export const profiles = profilesOf(ALGORITHM);
