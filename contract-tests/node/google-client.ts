// Owns calls with @google-cloud/aiplatform, unmodified, over https; prints what the library made of the answers as one JSON object.
// A program of its own, since Node reads the certificate to trust (NODE_EXTRA_CA_CERTS) when it starts.
// Arguments: https://HOST:PORT CLIP.wav TOKENS, the last a JSON object of the tokens that a test needs.
import { readFile } from 'node:fs/promises';
import { helpers, v1 } from '@google-cloud/aiplatform';
import { OAuth2Client } from 'google-auth-library';

const [url = '', clip = '', tokensText = '{}'] = process.argv.slice(2);
const { hostname, port } = new URL(url);
// The test that starts this program writes an object of texts.
const tokens = JSON.parse(tokensText) as Readonly<Record<string, string>>;
const parent = 'projects/demo/locations/us-central1';
const endpoint = `${parent}/endpoints/hear`;

function options(token = tokens['valid'] ?? '') {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
  return {
    fallback: true,
    apiEndpoint: hostname,
    port: Number(port),
    protocol: 'https',
    projectId: 'demo',
    authClient,
  };
}

const predictions = new v1.PredictionServiceClient(options());
const endpoints = new v1.EndpointServiceClient(options());

type Value = Parameters<typeof helpers.fromValue>[0];

/** An instance as the library wants it. */
function value(instance: object): Value {
  const made = helpers.toValue(instance);
  if (made === undefined || made === null) throw new Error('The library made no value of an instance.');
  // Its type says any object, since the library works on classes of users too; of plain data it makes a Value.
  return made as Value;
}

const good = { input_bytes: (await readFile(clip)).toString('base64') };
const stored = (name: string) => ({ gcs_uri: `gs://contract-tests/${name}.wav` });

const predict = (instances: object[], name = endpoint, client = predictions) =>
  client.predict({ endpoint: name, instances: instances.map(value) }, { timeout: 20_000, maxRetries: 0 });
const by = (name: string) => new v1.PredictionServiceClient(options(tokens[name]));

/** What is thrown, as far as callers look at it. */
async function errorOf(call: () => Promise<unknown>): Promise<object | null> {
  try {
    await call();
    return null;
  } catch (error) {
    // The library adds what it reads from google.rpc.Status to its Error.
    const failure = error as Error & { code: number; reason: string };
    return { type: failure.constructor.name, code: failure.code, message: failure.message, reason: failure.reason };
  }
}

const [predicted] = await predict([good, { input_array: [1, 2, 3] }]);
const data = Buffer.from(JSON.stringify({ instances: [good] }));
const [raw] = await predictions.rawPredict({ endpoint, httpBody: { contentType: 'application/json', data } });
const [described] = await endpoints.getEndpoint({ name: endpoint });
const [listed] = await endpoints.listEndpoints({ parent });
const [first, second] = (predicted.predictions ?? []).map((prediction) => helpers.fromValue(prediction as Value));
const rawText = Buffer.from(raw.data as Uint8Array).toString();

console.log(
  JSON.stringify({
    described: described.displayName,
    listed: listed.map(({ name }) => name),
    deployedModelId: predicted.deployedModelId,
    modelVersionId: predicted.modelVersionId,
    model: predicted.model,
    first,
    second,
    raw: { contentType: raw.contentType, prediction: JSON.parse(rawText).predictions[0] },
    errors: {
      400: await errorOf(() => predict([])),
      401: await errorOf(() => predict([good], endpoint, by('wrong'))),
      403: await errorOf(() => predict([good], endpoint, by('for-another-endpoint'))),
      404: await errorOf(() => predict([good], `${parent}/endpoints/other`)),
      413: await errorOf(() => predict(Array.from({ length: 65 }, () => ({})))),
      429: await errorOf(async () => {
        for (let call = 0; call < 2; call += 1) await predict([good], endpoint, by('one-call'));
      }),
      503: await errorOf(() => predict([stored('broken')])),
      504: await errorOf(() => predict([stored('held')])),
      explain: await errorOf(() => predictions.explain({ endpoint, instances: [value(good)] })),
    },
  }),
);
