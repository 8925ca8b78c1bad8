// Owns the proof of what no case of the driver can see, in a real browser and with both major versions of jQuery: encodings to the byte,
// what a page may hand over, what it is told, what it may have set up.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openBrowserPage } from '../driver/browser-page.mjs';
import { predictAll, startFakeServer } from './fake-server.mjs';

const LIMITS = { maxInstances: 64, maxBodyBytes: 1_000_000 };

for (const version of [3, 4]) {
  describe(`with jQuery ${version}`, () => {
    let opened;
    /** Runs a function of the test in the page. */
    const inPage = (run, given) => opened.page.evaluate(run, given);
    before(async () => {
      opened = await openBrowserPage(`test/jquery-${version}.html`);
      assert.match(await inPage(() => window.jQuery.fn.jquery), new RegExp(`^${version}\\.`));
    });
    after(async () => {
      await opened.close();
      assert.deepEqual(opened.complaints, []);
    });

    async function withServer(answer, use) {
      const server = await startFakeServer(answer);
      try {
        return await use(server);
      } finally {
        await server.close();
      }
    }

    for (const { given, type, want } of [
      {
        type: 'Int16Array',
        given: [-32768, 0, 32767],
        want: { tag: 1, rate: 8000, bits: 16, samples: [-32768, 0, 32767] },
      },
      {
        type: 'Float32Array',
        given: [-1, 0.5, 32767 / 32768],
        want: { tag: 1, rate: 8000, bits: 16, samples: [-32768, 16384, 32767] },
      },
      { type: 'Float32Array', given: [1], want: { tag: 3, rate: 8000, bits: 32, samples: [1] } },
      { type: 'Float64Array', given: [0.1], want: { tag: 3, rate: 8000, bits: 32, samples: [Math.fround(0.1)] } },
    ]) {
      test(`a WAV file of ${type} ${given} is ${want.bits} bits and holds them`, async () => {
        const read = await inPage(
          ({ type, given }) => {
            const { buffer } = PredictSchemata.encodeWav(window[type].from(given), 8000);
            const view = new DataView(buffer);
            const bits = view.getUint16(34, true);
            const samples = Array.from(new (bits === 16 ? Int16Array : Float32Array)(buffer.slice(44)));
            return { tag: view.getUint16(20, true), rate: view.getUint32(24, true), bits, samples };
          },
          { type, given },
        );
        assert.deepEqual(read, want);
      });
    }

    test('base64 is the same with and without the means of the platform', () =>
      withServer(predictAll, async (server) => {
        await inPage(
          async ({ baseUrl, LIMITS }) => {
            const client = PredictSchemata.client({ baseUrl, ...LIMITS });
            const bytes = Uint8Array.from({ length: 100_001 }, (_, index) => index * 7);
            // A view that begins in the middle of its buffer.
            const sounds = [bytes, bytes.subarray(5), bytes.buffer, new Blob([bytes])];
            await client.embed(sounds);
            const native = Uint8Array.prototype.toBase64;
            Uint8Array.prototype.toBase64 = undefined;
            await client.embed(sounds);
            Uint8Array.prototype.toBase64 = native;
          },
          { baseUrl: server.url, LIMITS },
        );
        const bytes = Buffer.from({ length: 100_001 }, 0).map((_, index) => index * 7);
        const want = [bytes, bytes.subarray(5), bytes, bytes].map((each) => ({ input_bytes: each.toString('base64') }));
        for (const { body } of server.requests) assert.deepEqual(body.instances, want);
        assert.equal(server.requests.length, 2);
      }));

    test('a body is exactly as long as was reckoned', () =>
      withServer(predictAll, async (server) => {
        const sounds = [10, 11, 12, 13];
        // Four sounds: {"input_bytes":"…"} each, commas, {"instances":[]}.
        const bytes = sounds.reduce((sum, size) => sum + Math.ceil(size / 3) * 4 + 18, 0) + 3 + 16;
        const calls = await inPage(
          async ({ baseUrl, sounds, bytes }) => {
            const all = sounds.map((size) => new Uint8Array(size));
            const send = (maxBodyBytes) =>
              PredictSchemata.client({ baseUrl, maxInstances: 64, maxBodyBytes }).embed(all);
            return [(await send(bytes)).calls, (await send(bytes - 1)).calls];
          },
          { baseUrl: server.url, sounds, bytes },
        );
        assert.deepEqual(calls, [1, 2]);
        assert.equal(server.requests[0].text.length, bytes);
      }));

    for (const { name, sounds, want } of [
      { name: 'a list of numbers', sounds: '[[0, 1]]', want: /the sound at 0 is none of these/ },
      { name: 'null', sounds: '[new Int16Array(1), null]', want: /the sound at 1 is none of these/ },
      {
        name: 'samples at no rate',
        sounds: '[{ samples: new Int16Array(1), sampleRateHz: 0 }]',
        want: /the sound at 0/,
      },
      { name: 'one sound without a list', sounds: 'new Blob([])', want: /Expected a list of sounds/ },
      { name: 'one array of samples', sounds: 'new Float32Array(2)', want: /Expected a list of sounds/ },
      { name: 'nothing', sounds: 'undefined', want: /Expected a list of sounds/ },
    ]) {
      test(`${name} is refused before anything is sent`, () =>
        withServer(predictAll, async (server) => {
          // Evaluated by the debugger, which no policy of the page concerns.
          const message = opened.page.evaluate(
            `PredictSchemata.client({ baseUrl: '${server.url}' }).embed(${sounds}).then(() => '', (error) => error.name + error.message)`,
          );
          assert.match(await message, /^TypeError/);
          assert.match(await message, want);
          assert.deepEqual(server.requests, []);
        }));
    }

    test('options that are no numbers are refused with their names', async () => {
      const message = await inPage(() => {
        try {
          PredictSchemata.client({ deadlineMs: 'soon' });
          return '';
        } catch (error) {
          return error.message;
        }
      });
      assert.match(message, /deadlineMs.*got soon/);
    });

    for (const { given, status = 200, body, asked } of [
      { given: 'limits', body: '{"labels":{"max_instances":"64","max_body_bytes":"9999"}}', asked: 1 },
      { given: 'no labels, as Vertex AI has it', body: '{"name":"x"}', asked: 1 },
      {
        given: 'limits that are no numbers',
        body: '{"labels":{"max_instances":"9","max_body_bytes":"many"}}',
        asked: 1,
      },
      { given: 'no JSON', body: '<html>', asked: 1 },
      { given: 'a token for predictions alone', status: 403, body: '{}', asked: 1 },
      { given: 'no such call', status: 405, body: '{}', asked: 1 },
      { given: 'no such route', status: 404, body: '{}', asked: 1 },
      // What may pass says nothing about limits.
      { given: 'a wrong token', status: 401, body: '{}', asked: 3 },
      { given: 'starting', status: 503, body: '{}', asked: 3 },
    ]) {
      test(`what an endpoint states is asked for ${asked} times in three calls when it is ${given}`, () => {
        const answer = (request, response) => {
          if (request.body !== undefined) return predictAll(request, response);
          response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
        };
        return withServer(answer, async (server) => {
          await inPage(async (baseUrl) => {
            const client = PredictSchemata.client({ baseUrl, maxParallelCalls: 1 });
            for (let call = 0; call < 3; call++) await client.embed(Array(65).fill(new Uint8Array(3)));
          }, server.url);
          const predictions = server.requests.flatMap(({ body }) =>
            body === undefined ? [] : [body.instances.length],
          );
          assert.deepEqual([server.requests.length - predictions.length, predictions], [asked, [64, 1, 64, 1, 64, 1]]);
        });
      });
    }

    test('an endpoint that is not there may come to be with limits', () =>
      withServer(
        (_, response) => response.writeHead(404).end('{}'),
        async (server) => {
          const kinds = await inPage(async (baseUrl) => {
            const client = PredictSchemata.client({ baseUrl });
            const kindOf = () =>
              client.embed([new Uint8Array(3)]).then(
                () => '',
                ({ kind }) => kind,
              );
            return [await kindOf(), await kindOf()];
          }, server.url);
          assert.deepEqual(kinds, ['not_found', 'not_found']);
          const isDescription = server.requests.map(({ body }) => body === undefined);
          assert.deepEqual(isDescription, [true, false, true, false]);
        },
      ));

    test('progress is told, and the stages of the server are added up where it shows them', () =>
      withServer(
        (request, response) =>
          predictAll(request, response, {
            'Server-Timing': 'admit;dur=0.5, infer;desc="x";dur=2, infer;dur=1',
            'Access-Control-Expose-Headers': 'Server-Timing',
          }),
        async (server) => {
          const { told, answer } = await inPage(async (baseUrl) => {
            const told = [];
            const client = PredictSchemata.client({ baseUrl, maxInstances: 2, maxBodyBytes: 200, maxParallelCalls: 1 });
            const sounds = [new Uint8Array(9), new Uint8Array(9), new Uint8Array(900), new Uint8Array(9)];
            const answer = await client.embed(sounds, { onProgress: (progress) => told.push(progress) });
            return { told, answer: { ...answer, predictions: answer.predictions.map(({ error }) => error?.reason) } };
          }, server.url);
          assert.deepEqual(
            told,
            [1, 3, 4].map((done) => ({ done, total: 4 })),
          );
          assert.deepEqual(answer.predictions, [undefined, undefined, 'BODY_TOO_LARGE', undefined]);
          assert.deepEqual({ ...answer.serverTiming }, { admit: 1, infer: 2 });
          assert.equal(answer.calls, 2);
        },
      ));

    for (const { exposed, want } of [
      { exposed: 'Retry-After', want: { kind: 'unavailable', waits: true, calls: 1 } },
      // A page must not read the header of another origin that does not say so: repeated as without one.
      { exposed: '', want: { kind: undefined, waits: false, calls: 2 } },
    ]) {
      test(`a date in Retry-After is kept where the server exposes ${exposed || 'nothing'}`, () => {
        let isFirst = true;
        const answer = (request, response) => {
          if (!isFirst) return predictAll(request, response);
          isFirst = false;
          const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
          response.writeHead(503, { 'Retry-After': inAnHour, 'Access-Control-Expose-Headers': exposed }).end();
        };
        return withServer(answer, async (server) => {
          const { kind, retryAfterSeconds } = await inPage(
            async ({ baseUrl, LIMITS }) => {
              const client = PredictSchemata.client({ baseUrl, ...LIMITS, initialBackoffMs: 10 });
              return client.embed([new Uint8Array(3)]).then(
                () => ({}),
                ({ kind, retryAfterSeconds }) => ({ kind, retryAfterSeconds }),
              );
            },
            { baseUrl: server.url, LIMITS },
          );
          assert.deepEqual({ kind, waits: retryAfterSeconds > 3000, calls: server.requests.length }, want);
        });
      });
    }

    test('a file that cannot be read any more is said with its place', () =>
      withServer(predictAll, async (server) => {
        const message = await inPage(
          async ({ baseUrl, LIMITS }) => {
            const lost = new Blob(['x']);
            lost.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
            const client = PredictSchemata.client({ baseUrl, ...LIMITS });
            return client.embed([new Uint8Array(3), lost]).then(
              () => '',
              ({ message, cause }) => `${message} ${cause.name}`,
            );
          },
          { baseUrl: server.url, LIMITS },
        );
        assert.match(message, /The sound at 1 could not be read.*NotReadableError/);
      }));

    test('a token provider has one question under way for all calls of a client', () =>
      withServer(
        ({ headers, body }, response) => {
          if (headers.authorization === 'Bearer C') return predictAll({ body }, response);
          response.writeHead(401, { 'Content-Type': 'application/json' });
          return response.end('{"error":{}}');
        },
        async (server) => {
          const asked = await inPage(
            async ({ baseUrl }) => {
              const questions = [];
              let refused = 0;
              let release = () => {};
              const allRefused = new Promise((resolve) => {
                release = resolve;
              });
              const whenRefused = () => {
                refused++;
                // After the calls have been told.
                if (refused === 4) setTimeout(release);
              };
              jQuery(document).on('ajaxError', whenRefused);
              const client = PredictSchemata.client({
                baseUrl,
                maxInstances: 1,
                maxBodyBytes: 1000,
                token: async (before) => {
                  questions.push(before ?? 'none');
                  if (before === undefined) return 'A';
                  await allRefused;
                  // The first answer fails the call that asked; one of those that waited asks anew.
                  if (questions.length === 2) throw new Error('failed');
                  return 'C';
                },
              });
              const { fulfilled, rejected } = Object.groupBy(
                await Promise.allSettled(Array.from({ length: 4 }, () => client.embed([new Uint8Array(3)]))),
                ({ status }) => status,
              );
              jQuery(document).off('ajaxError', whenRefused);
              return { questions, fulfilled: fulfilled.length, rejected: rejected.map(({ reason }) => reason.message) };
            },
            { baseUrl: server.url },
          );
          assert.deepEqual(asked, { questions: ['none', 'A', 'A'], fulfilled: 3, rejected: ['failed'] });
        },
      ));

    test('a token provider that hangs keeps neither its own call nor another one', async () => {
      const outcomes = await inPage(async () => {
        let questions = 0;
        const client = PredictSchemata.client({
          baseUrl: 'http://127.0.0.1:1',
          maxInstances: 1,
          maxBodyBytes: 1000,
          token: () => {
            questions++;
            return new Promise(() => {});
          },
        });
        const [asking, waiting] = [new AbortController(), new AbortController()];
        const calls = [asking, waiting].map(({ signal }) =>
          client.embed([new Uint8Array(3)], { signal }).catch(({ name }) => name),
        );
        const settled = () => new Promise((resolve) => setTimeout(resolve));
        await settled();
        waiting.abort();
        const first = [await calls[1], questions];
        asking.abort();
        await calls[0];
        const anew = new AbortController();
        const next = client.embed([new Uint8Array(3)], { signal: anew.signal }).catch(({ name }) => name);
        await settled();
        anew.abort();
        return [first, [await next, questions]];
      });
      assert.deepEqual(outcomes, [
        ['CancelledError', 1],
        ['CancelledError', 2],
      ]);
    });

    test('a token of Google storage goes beside its address, and names of paths are escaped', () =>
      withServer(predictAll, async (server) => {
        await inPage(
          ({ baseUrl, LIMITS }) => {
            const where = { project: 'a/b', location: 'ü', endpoint: '1 2' };
            const sounds = [{ uri: 'gs://b/c.wav', token: 't' }, { uri: 'gs://b/d.wav' }];
            return PredictSchemata.client({ baseUrl: `${baseUrl}/`, ...where, ...LIMITS }).embed(sounds);
          },
          { baseUrl: server.url, LIMITS },
        );
        const [{ path, body }] = server.requests;
        assert.equal(path, '/v1/projects/a%2Fb/locations/%C3%BC/endpoints/1%202:predict');
        assert.deepEqual(body.instances, [{ gcs_uri: 'gs://b/c.wav', bearer_token: 't' }, { gcs_uri: 'gs://b/d.wav' }]);
      }));

    test("the page's own set-up of $.ajax ends no call and runs no answer", () =>
      withServer(
        (request, response) => {
          // As a script it would change the page.
          setTimeout(() => predictAll(request, response, { 'Content-Type': 'text/javascript' }), 300);
        },
        async (server) => {
          const length = await inPage(
            async ({ baseUrl, LIMITS }) => {
              jQuery.ajaxSetup({ timeout: 100, dataType: 'script' });
              try {
                const client = PredictSchemata.client({ baseUrl, ...LIMITS, maxAttempts: 1 });
                return (await client.embed([new Uint8Array(3)])).predictions[0].values.length;
              } finally {
                jQuery.ajaxSetup({ timeout: 0, dataType: undefined });
              }
            },
            { baseUrl: server.url, LIMITS },
          );
          assert.equal(length, 1);
        },
      ));
  });
}

test('base URLs are where Vertex AI listens, and each kind of failure is a class', async () => {
  const { page, close } = await openBrowserPage('test/jquery-4.html');
  try {
    const found = await page.evaluate(() => {
      const { PredictError, RateLimitError, vertexDedicated, vertexShared } = PredictSchemata;
      const error = new RateLimitError('slow down', { status: 429 });
      return [
        vertexShared('us-central1'),
        vertexDedicated({ endpoint: '12', location: 'us-central1', projectNumber: '34' }),
        error instanceof PredictError && error instanceof Error,
        `${error}`,
        error.kind,
        error.status,
      ];
    });
    assert.deepEqual(found, [
      'https://us-central1-aiplatform.googleapis.com',
      'https://12.us-central1-34.prediction.vertexai.goog',
      true,
      'RateLimitError: slow down',
      'rate_limited',
      429,
    ]);
  } finally {
    await close();
  }
});

test('a page without jQuery, or with its slim build, is told so', async () => {
  const { page, complaints, close } = await openBrowserPage('test/without-ajax.html');
  try {
    assert.equal(await page.evaluate(() => typeof window.jQuery), 'function');
    assert.equal(complaints.length, 1);
    assert.match(complaints[0], /Load jQuery, not its slim build/);
  } finally {
    await close();
  }
});
