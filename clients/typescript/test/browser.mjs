// Owns the proof that the built package works in a browser without a bundler: in Chromium, from another origin than the server's, with
// the numbers that it gives in Node. The arguments are a server and a token.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PredictClient, serverTarget } from 'predict-schemata-client';
import { openBrowserPage } from '../../jquery/driver/browser-page.mjs';

const [server, token] = process.argv.slice(2);
// One sound a call: the same numbers to the last bit, whatever else the server computes.
const OPTIONS = { project: 'demo', token, maxInstances: 1, maxBodyBytes: 1_000_000 };
const cough = readFileSync('../../fixtures/hear/cough-like-16khz-s16.wav');
const noise = Float32Array.from({ length: 32_000 }, (_, index) => ((index * 0.618) % 1) - 0.5);
const inNode = await new PredictClient({ target: serverTarget(server), ...OPTIONS }).embed([cough, noise]);

const [, map] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(readFileSync('test/page.html', 'utf8'));
const { page, complaints, close } = await openBrowserPage('test/page.html', {
  folder: fileURLToPath(new URL('..', import.meta.url)),
  // A map of imports can only stand in the page itself.
  scripts: `'sha256-${createHash('sha256').update(map).digest('base64')}'`,
});
try {
  const found = await page.evaluate(
    async ({ server, OPTIONS, cough, noise }) => {
      const { AuthenticationError, CancelledError, PredictClient, serverTarget } = await import(
        'predict-schemata-client'
      );
      const target = serverTarget(server);
      const client = new PredictClient({ target, ...OPTIONS });
      const file = new File([Uint8Array.from(cough)], 'cough.wav');
      const broken = new Uint8Array(10);
      const { predictions, modelDisplayName } = await client.embed([file, Float32Array.from(noise), broken]);
      const wrong = await new PredictClient({ target, ...OPTIONS, token: 'a-wrong-token-0123456789' })
        .embed([broken])
        .catch((error) => error);
      const cancelled = await client.embed([broken], { signal: AbortSignal.abort() }).catch((error) => error);
      return {
        embeddings: predictions.slice(0, 2).map(({ embedding }) => Array.from(embedding)),
        isTyped: predictions[0].embedding instanceof Float32Array,
        reason: predictions[2].error?.reason,
        modelDisplayName,
        wrong: [wrong instanceof AuthenticationError, wrong.status, wrong.reason, typeof wrong.requestId],
        cancelled: cancelled instanceof CancelledError,
      };
    },
    { server, OPTIONS, cough: [...cough], noise: [...noise] },
  );
  assert.deepEqual(found, {
    embeddings: inNode.predictions.map(({ embedding }) => Array.from(embedding)),
    isTyped: true,
    reason: 'INVALID_AUDIO',
    modelDisplayName: inNode.modelDisplayName,
    wrong: [true, 401, 'INVALID_TOKEN', 'string'],
    cancelled: true,
  });
  assert.equal(found.embeddings[0].length, 512);
  assert.deepEqual(complaints, []);
} finally {
  await close();
}
