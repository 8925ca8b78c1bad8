// Owns the servers that are compared: ours as `npm start` runs it, and each peer as its own documentation runs it, all with the
// same model file. Must not know what is measured.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { START_ENVIRONMENT } from './start-environment.ts';

export const OURS = 'predict-schemata';
/** No peer: what Node itself costs. */
export const NODE_ALONE = 'Node alone';

export interface Served {
  readonly modelPath: string;
  readonly port: number;
  readonly cores: number;
}

export interface Subject {
  readonly name: string;
  /** The part of the path behind the origin that takes predict bodies. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Lists its packages in Python; undefined for those on Node. */
  readonly requirements?: string;
  /** `python` is the environment's, or empty where there is none. */
  command(served: Served, python: string): { command: string; args: string[]; env: Record<string, string> };
}

const token = randomBytes(24).toString('base64url');

export const ours: Subject = {
  name: OURS,
  path: '/v1/projects/demo/locations/us-central1/endpoints/hear:predict',
  headers: { authorization: `Bearer ${token}` },
  command: ({ modelPath, port }) => ({
    command: process.execPath,
    args: ['server/src/main.ts', '--port', String(port), '--model', modelPath],
    env: { ...START_ENVIRONMENT, TOKEN: token, ALGORITHMS: 'hear' },
  }),
};

export const nodeAlone: Subject = {
  name: NODE_ALONE,
  path: '/',
  headers: {},
  command: ({ modelPath, port }) => ({
    command: process.execPath,
    args: [join(import.meta.dirname, 'node-alone.ts'), String(port), modelPath],
    env: { ...START_ENVIRONMENT },
  }),
};

function peer(
  name: string,
  program: string,
  options: {
    readonly path?: string;
    readonly env?: Record<string, string>;
    readonly args?: (port: number) => string[];
  } = {},
): Subject {
  const { path = '/predict', env = {}, args = () => [`${program}.py`] } = options;
  return {
    name,
    path,
    headers: {},
    requirements: `requirements-${program.replace('peer_', '')}.txt`,
    command: ({ modelPath, port, cores }, python) => ({
      command: python,
      args: args(port),
      env: {
        BENCH_MODEL: modelPath,
        BENCH_PORT: String(port),
        BENCH_CORES: String(cores),
        PYTHONDONTWRITEBYTECODE: '1',
        // Nothing that a peer would report home or fetch.
        BENTOML_DO_NOT_TRACK: 'True',
        ...env,
      },
    }),
  };
}

export const peers: readonly Subject[] = [
  peer('FastAPI, 1 process', 'peer_fastapi', { env: { BENCH_PROCESSES: '1' } }),
  peer('FastAPI, 2 processes', 'peer_fastapi', { env: { BENCH_PROCESSES: '2' } }),
  peer('flask + gunicorn', 'peer_flask'),
  peer('LitServe', 'peer_litserve'),
  peer('BentoML', 'peer_bentoml', {
    args: (port) => ['-m', 'bentoml', 'serve', 'peer_bentoml:Hear', '--host', '127.0.0.1', '--port', String(port)],
  }),
  peer('MLServer', 'peer_mlserver'),
  peer('KServe', 'peer_kserve', { path: '/v1/models/hear:predict' }),
];

/** Where the peers' programs and lists of requirements are. */
export const PEERS_FOLDER = join(import.meta.dirname, '..', 'peers');
