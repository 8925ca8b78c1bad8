// Owns which declared answers and reasons the case files cannot bring about, each with its reason and with who tests it
// instead. What is neither seen nor listed here fails the run, and so does what is listed and seen.

const NEEDS_A_BUG = 'takes a fault inside the server; the server tests make one with an engine that fails';
const LIFE_CYCLE = 'takes a start or an end of the server: life-cycle.test.ts';
const TOKEN_KEYS = 'takes an issuer of JSON Web Tokens: auth.test.ts';
const OVERLOAD = 'takes calls that wait for each other: overload.test.ts';
const CONNECTIONS = 'takes a connection that a case cannot describe; the server tests have those';

/** The operations of the inference protocols that describe a model. */
const MODEL_OPERATIONS = [
  'getModelMetadata',
  'getModelReadiness',
  'getModelVersionMetadata',
  'getModelVersionReadiness',
  'getModelStatus',
  'listModels',
];

/** The operations that have nothing but a head. */
const OTHER_OPERATIONS = [
  'getEndpoint',
  'listEndpoints',
  'getModel',
  'getSchema',
  'getHealth',
  'getReadiness',
  'getLiveness',
  'getContainerHealth',
  'getServerMetadata',
  'getServerLiveness',
  'getServerReadiness',
  ...MODEL_OPERATIONS,
];

function each(operations: readonly string[], status: number, why: string): Record<string, string> {
  return Object.fromEntries(operations.map((operation) => [`${operation} ${status}`, why]));
}

/** `operationId status`, for a contract whose operations of its own end in `suffix`. */
export function unseenAnswers(suffix: string): Readonly<Record<string, string>> {
  const [predict, rawPredict] = [`predict${suffix}`, `rawPredict${suffix}`];
  const [containerPredict, predictModel] = [`containerPredict${suffix}`, `predictModel${suffix}`];
  const withBody = [predict, rawPredict, containerPredict, predictModel, 'infer', 'inferVersion'];
  const resources = ['getEndpoint', 'listEndpoints', 'getModel', 'getSchema'];
  return {
    ...each(withBody, 408, CONNECTIONS),
    ...each([...withBody, ...OTHER_OPERATIONS], 431, CONNECTIONS),
    ...each(withBody, 500, NEEDS_A_BUG),
    ...each([...MODEL_OPERATIONS, ...resources], 500, NEEDS_A_BUG),
    ...each([...MODEL_OPERATIONS, 'getServerReadiness', 'infer', 'inferVersion', ...resources], 503, LIFE_CYCLE),
    ...each(['getHealth', 'getReadiness', 'getContainerHealth'], 503, LIFE_CYCLE),
    ...each(['getLiveness', 'getServerLiveness'], 503, NEEDS_A_BUG),
    ...each(['infer', 'inferVersion'], 504, OVERLOAD),
    ...each(['getServerMetadata'], 503, TOKEN_KEYS),
    ...each([containerPredict], 429, OVERLOAD),
  };
}

export const unseenRequestReasons: Readonly<Record<string, string>> = {
  STARTING: LIFE_CYCLE,
  DRAINING: LIFE_CYCLE,
  QUEUE_FULL: OVERLOAD,
  TOKEN_CONCURRENCY_EXCEEDED: OVERLOAD,
  TOKEN_KEYS_UNAVAILABLE: TOKEN_KEYS,
  BODY_MEMORY_FULL: 'takes bodies that come at once: body-memory.test.ts',
  REQUEST_TIMEOUT: CONNECTIONS,
  MALFORMED_HTTP: CONNECTIONS,
  HEADERS_TOO_LARGE: CONNECTIONS,
  DEADLINE_EXCEEDED: OVERLOAD,
  UNHEALTHY: NEEDS_A_BUG,
  INTERNAL: NEEDS_A_BUG,
  INFERENCE_FAILED: NEEDS_A_BUG,
};

export const unseenInstanceReasons: Readonly<Record<string, string>> = {
  DEADLINE_EXCEEDED: OVERLOAD,
  UNHEALTHY: NEEDS_A_BUG,
  INTERNAL: NEEDS_A_BUG,
  INFERENCE_FAILED: NEEDS_A_BUG,
  MISSING_FIELD: 'takes a variant with two required fields; the parser tests have one',
};

/** What is wrong with the coverage: neither seen nor listed, or listed and yet seen. */
export function coverageGaps(
  declared: readonly string[],
  seen: { has(name: string): boolean },
  listed: Readonly<Record<string, string>>,
): string[] {
  return [
    ...declared.filter((name) => !seen.has(name) && !(name in listed)).map((name) => `${name} was not seen`),
    ...Object.keys(listed)
      .filter((name) => seen.has(name))
      .map((name) => `${name} was seen: take it off the list`),
    ...Object.keys(listed)
      .filter((name) => !declared.includes(name))
      .map((name) => `${name} is not declared: take it off the list`),
  ];
}
