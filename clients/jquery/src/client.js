// Owns what pages use: predictions of instances in one call, and of sounds in as many as they need. Must not know an algorithm.

const DEFAULTS = { maxAttempts: 4, initialBackoffMs: 250, maxBackoffMs: 8000, deadlineMs: 60_000, maxParallelCalls: 4 };
/** A server of this project started without limits of its own takes 64 instances and 10 MB. */
const SERVER_LIMITS = { maxInstances: 64, maxBodyBytes: 10_000_000 };
/** https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type: 1.5 MB on shared endpoints, 10 MB on dedicated ones. */
const VERTEX_SHARED_LIMITS = { maxInstances: 64, maxBodyBytes: 1_500_000 };
const NO_FACTS = { modelDisplayName: undefined, deployedModelId: undefined, metadata: undefined };

/** @typedef {typeof DEFAULTS & PredictSchemata.CallOptions} Settings */

class SoundClient {
  /** @type {PredictSchemata.ClientOptions} */
  #options;
  #baseUrl;
  #token;
  /** Path of an endpoint → the limits in its labels, or those of its server where it has none. @type {Map<string, PredictSchemata.Limits>} */
  #limits = new Map();

  /** @param {PredictSchemata.ClientOptions} options */
  constructor(options) {
    this.#options = options;
    this.#baseUrl = (options.baseUrl ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');
    const { token } = options;
    this.#token = typeof token === 'function' ? new TokenGate(token) : token;
    this.#settingsOf({});
  }

  /** @type {PredictSchemata.Client['predict']} */
  async predict(instances, options = {}) {
    const settings = this.#settingsOf(options);
    const endpoint = this.#endpointOf(options.algorithm ?? DEFAULT_ALGORITHM);
    const scope = new Scope(settings.deadlineMs, settings.signal);
    try {
      const { body } = await withRetries(settings, scope, () => endpoint.predict(instances, scope));
      return body;
    } finally {
      scope.close();
    }
  }

  /** @type {PredictSchemata.Client['predictSounds']} */
  async predictSounds(algorithm, sounds, options = {}) {
    const settings = this.#settingsOf(options);
    const endpoint = this.#endpointOf(algorithm);
    const known = facts.algorithms[algorithm];
    const pieces = listOf(sounds).map((sound, index) => pieceOf(known, sound, index));
    /** @type {PredictSchemata.Prediction[]} */
    const predictions = [];
    const answer = { predictions, ...NO_FACTS, serverTiming: /** @type {Record<string, number>} */ ({}), calls: 0 };
    if (pieces.length === 0) return answer;

    const scope = new Scope(settings.deadlineMs, settings.signal);
    const report = () => settings.onProgress?.({ done: Object.keys(predictions).length, total: pieces.length });
    /** @param {readonly Piece[]} batch */
    const send = async (batch) => {
      const instances = await Promise.all(batch.map((piece) => piece.instance()));
      const { body, serverTiming } = await endpoint.predict(instances, scope);
      const results = body.predictions.map((prediction) => predictionOf(known, prediction));
      batch.forEach(({ index }, place) => {
        predictions[index] = results[place];
      });
      const { modelDisplayName, deployedModelId, metadata } = body;
      Object.assign(answer, { modelDisplayName, deployedModelId, metadata, calls: answer.calls + 1 });
      for (const [stage, ms] of serverTiming) answer.serverTiming[stage] = (answer.serverTiming[stage] ?? 0) + ms;
      report();
    };
    try {
      scope.throwIfOver();
      const limits = await this.#limitsOf(endpoint, { ...settings, scope });
      const { calls, tooLong } = split(pieces, limits);
      for (const { index, bytes } of tooLong) predictions[index] = { error: tooLongError(bytes, limits) };
      if (tooLong.length > 0) report();
      await parallel(calls, settings.maxParallelCalls, (batch) => withRetries(settings, scope, () => send(batch)));
      // The errors that the sounds have are results already: a repeat that fails as a whole takes nothing away.
      for (let repeat = 0; repeat + 1 < settings.maxAttempts; repeat++) {
        const open = pieces.filter(({ index }) => isWorthRepeating(predictions[index]));
        const waitMs = backoffMs(settings, repeat);
        if (open.length === 0 || waitMs >= scope.leftMs()) break;
        await scope.wait(waitMs);
        await parallel(split(open, limits).calls, settings.maxParallelCalls, (batch) =>
          send(batch).catch((error) => {
            if (!(error instanceof PredictError) || error instanceof errors.CancelledError) throw error;
          }),
        );
      }
      return answer;
    } catch (error) {
      // What comes to be there has limits of its own.
      if (error instanceof errors.NotFoundError) this.#limits.delete(endpoint.path);
      throw error;
    } finally {
      // What is still under way after a failure is nobody's any more.
      scope.close();
    }
  }

  /** @param {PredictSchemata.CallOptions} options @returns {Settings} */
  #settingsOf(options) {
    // Leaves out what is undefined.
    const settings = /** @type {Settings} */ (jQuery.extend({}, DEFAULTS, this.#options, options));
    for (const name of /** @type {(keyof typeof DEFAULTS)[]} */ (Object.keys(DEFAULTS))) {
      const value = settings[name];
      if (!(typeof value === 'number' && value >= 0)) {
        throw new TypeError(`Expected ${name} to be a number from 0, got ${String(value)}.`);
      }
    }
    return settings;
  }

  /**
   * Given limits, else those of the endpoint's labels, else those that the target is known for.
   *
   * @param {EndpointCalls} endpoint
   * @param {Settings & { scope: Scope }} settings
   */
  async #limitsOf(endpoint, { maxInstances, maxBodyBytes, scope }) {
    if (maxInstances !== undefined && maxBodyBytes !== undefined) return { maxInstances, maxBodyBytes };
    const known = this.#limits.get(endpoint.path) ?? (await this.#askedLimits(endpoint, scope));
    return { maxInstances: maxInstances ?? known.maxInstances, maxBodyBytes: maxBodyBytes ?? known.maxBodyBytes };
  }

  /**
   * Those of the endpoint's labels, else those that the server is known for: either is remembered. Not so after a failure that may
   * pass, which says nothing about limits.
   *
   * @param {EndpointCalls} endpoint
   * @param {Scope} scope
   */
  async #askedLimits(endpoint, scope) {
    const isShared = /^https:\/\/[\w-]+-aiplatform\.googleapis\.com$/.test(this.#baseUrl);
    let known = isShared ? VERTEX_SHARED_LIMITS : SERVER_LIMITS;
    try {
      known = (await endpoint.statedLimits(scope)) ?? known;
    } catch (error) {
      scope.throwIfOver();
      // A token may be for predictions alone, and a host, as one of Vertex AI's dedicated endpoints, may know no other call.
      const { PermissionError, NotFoundError, InvalidRequestError } = errors;
      if (![PermissionError, NotFoundError, InvalidRequestError].some((kind) => error instanceof kind)) return known;
    }
    this.#limits.set(endpoint.path, known);
    return known;
  }

  /** @param {PredictSchemata.AlgorithmName} algorithm */
  #endpointOf(algorithm) {
    if (facts.algorithms[algorithm] === undefined) {
      throw new TypeError(`Expected one of ${Object.keys(facts.algorithms).join(', ')}, got ${algorithm}.`);
    }
    return new EndpointCalls(this.#baseUrl, this.#options, this.#token, algorithm);
  }
}

/** A list in the sense of the language, or one of the platform, as an input's `files`. @param {unknown} sounds */
function listOf(sounds) {
  const isList = Array.isArray(sounds) || sounds instanceof FileList;
  if (!isList) throw new TypeError(`Expected a list of sounds. ${WHAT_A_SOUND_IS} in it.`);
  return /** @type {PredictSchemata.Sound[]} */ (Array.from(sounds));
}

/** @param {number} bytes @param {PredictSchemata.Limits} limits @returns {PredictSchemata.SoundError} */
function tooLongError(bytes, { maxBodyBytes }) {
  const description = `Expected an instance that fits a body of ${maxBodyBytes} bytes, got one of ${bytes}. Send a shorter file.`;
  return { reason: 'BODY_TOO_LARGE', description };
}

/** @param {PredictSchemata.Prediction | undefined} prediction */
const isWorthRepeating = (prediction) =>
  prediction?.error !== undefined && facts.retryableReasons.includes(prediction.error.reason);

/** @param {PredictSchemata.AlgorithmFacts} algorithm @param {unknown} prediction @returns {PredictSchemata.Prediction} */
function predictionOf({ resultField, resultNames }, prediction) {
  const error = memberOf(prediction, 'error');
  if (error !== undefined) return { error: /** @type {PredictSchemata.SoundError} */ (error) };
  const result = memberOf(prediction, resultField);
  if (Array.isArray(result)) return { values: new Float32Array(result) };
  if (typeof result === 'object' && result !== null) {
    const byName = /** @type {Record<string, number>} */ (result);
    return { values: Float32Array.from(resultNames, (name) => byName[name] ?? Number.NaN), byName };
  }
  throw new errors.InvalidAnswerError(`Expected ${resultField} or error in each prediction, got neither.`);
}
