// Owns running one case (clients/README.md) in the page, by the client as any page would use it. Must not know where cases come from.
(() => {
  const { PredictSchemata } = window;
  /** Address → bytes, fetched once: a case may name a file a thousand times. */
  const files = new Map();

  window.runCase = async (given) => {
    try {
      return { case: given.case, ok: true, ...(await run(given)) };
    } catch (error) {
      const kind = error instanceof PredictSchemata.PredictError ? error.kind : 'unexpected';
      const { message = String(error), status = null, reason = null, requestId = null } = error ?? {};
      return { case: given.case, ok: false, error: { kind, message, status, reason, request_id: requestId } };
    }
  };

  async function run(given) {
    const { algorithm, call, endpoint, tokens, headers, options, cancel_after_ms, instances, sounds } = given;
    if (call === 'plain') return runPlain(given);
    const client = PredictSchemata.client({
      baseUrl: endpoint.base_url,
      project: endpoint.project,
      location: endpoint.location,
      endpoint: endpoint.endpoint,
      token: tokens.length > 1 ? providerOf(tokens) : tokens[0],
      headers,
      maxAttempts: options.max_attempts,
      initialBackoffMs: options.initial_backoff_ms,
      maxBackoffMs: options.max_backoff_ms,
      deadlineMs: options.deadline_ms,
      maxParallelCalls: options.max_parallel_calls,
      maxInstances: options.max_instances,
      maxBodyBytes: options.max_body_bytes,
    });
    if (call === 'instances') {
      const settings = { algorithm, ...cancelling(cancel_after_ms) };
      const { predictions, modelDisplayName } = await client.predict(instances, settings);
      const { resultField } = PredictSchemata.algorithms[algorithm];
      const shown = predictions.map((prediction) => shownPrediction(prediction.error, prediction[resultField]));
      return { predictions: shown, model_display_name: modelDisplayName };
    }
    const all = await Promise.all(sounds.map(soundOf));
    const startedAtMs = performance.now();
    const answer = await client.predictSounds(algorithm, all, cancelling(cancel_after_ms));
    const elapsedMs = performance.now() - startedAtMs;
    const shown = answer.predictions.map(({ error, values }) => shownPrediction(error, values));
    return { predictions: shown, model_display_name: answer.modelDisplayName, elapsed_ms: elapsedMs };
  }

  /** As a page does it that has jQuery alone. */
  async function runPlain({ algorithm, endpoint, tokens: [token], options, sounds }) {
    const arrays = await Promise.all(sounds.map(soundOf));
    const { base_url: baseUrl, project, location, endpoint: name } = endpoint;
    const predictions = [];
    const startedAtMs = performance.now();
    for (let at = 0; at < arrays.length; at += options.max_instances) {
      const instances = arrays.slice(at, at + options.max_instances).map((samples) => ({
        input_array: Array.from(samples, samples instanceof Int16Array ? (sample) => sample / 32_768 : undefined),
      }));
      const answer = await jQuery.ajax({
        url: `${baseUrl}/v1/projects/${project}/locations/${location}/endpoints/${name}:predict`,
        method: 'POST',
        contentType: 'application/json',
        headers: { Authorization: `Bearer ${token}` },
        data: JSON.stringify({ instances }),
      });
      predictions.push(...answer.predictions);
    }
    const elapsedMs = performance.now() - startedAtMs;
    const { resultField } = PredictSchemata.algorithms[algorithm];
    const shown = predictions.map((prediction) => shownPrediction(prediction.error, prediction[resultField]));
    return { predictions: shown, elapsed_ms: elapsedMs };
  }

  /** Counted from the call. */
  const cancelling = (afterMs) => (afterMs === undefined ? {} : { signal: AbortSignal.timeout(afterMs) });

  /** The next one of a list each time that one is refused. */
  function providerOf(tokens) {
    let at = 0;
    return async (refused) => {
      if (refused !== undefined && refused === tokens[at]) at = Math.min(at + 1, tokens.length - 1);
      return tokens[at];
    };
  }

  async function soundOf({ file, int16, float32, float64, sample_rate_hz: sampleRateHz, uri, token }) {
    if (uri !== undefined) return { uri, token };
    if (file !== undefined) return new File([await bytesOf(file)], file);
    const [address, Type] =
      int16 !== undefined
        ? [int16, Int16Array]
        : float32 !== undefined
          ? [float32, Float32Array]
          : [float64, Float64Array];
    const samples = new Type(await bytesOf(address));
    return sampleRateHz === undefined ? samples : { samples, sampleRateHz };
  }

  function bytesOf(address) {
    const bytes = files.get(address) ?? fetch(address).then((answer) => answer.arrayBuffer());
    files.set(address, bytes);
    return bytes;
  }

  /** The error, or the numbers as base64 of little-endian 32-bit floats, in the order of the contract. */
  function shownPrediction(error, result) {
    if (error !== undefined) return { error: { reason: error.reason, description: error.description } };
    const numbers = Array.isArray(result) || ArrayBuffer.isView(result) ? result : Object.values(result);
    let text = '';
    for (const byte of new Uint8Array(Float32Array.from(numbers).buffer)) text += String.fromCharCode(byte);
    return { values: btoa(text) };
  }
})();
