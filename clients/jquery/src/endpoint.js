// Owns one call of one endpoint: token, headers, $.ajax, and every way to fail as an error of errors.js. Must not know about repeats.

class EndpointCalls {
  #baseUrl;
  #options;
  #token;

  /**
   * @param {string} baseUrl
   * @param {PredictSchemata.ClientOptions} options
   * @param {string | TokenGate | undefined} token
   * @param {string} algorithm
   */
  constructor(baseUrl, options, token, algorithm) {
    const { project = 'demo', location = 'us-central1', endpoint = algorithm } = options;
    const [place, area, name] = [project, location, endpoint].map(encodeURIComponent);
    this.#baseUrl = baseUrl;
    this.#options = options;
    this.#token = token;
    this.path = `/v1/projects/${place}/locations/${area}/endpoints/${name}`;
  }

  /** @param {readonly object[]} instances @param {Scope} scope */
  async predict(instances, scope) {
    const { text, answer } = await this.#answered(`${this.path}:predict`, scope, JSON.stringify({ instances }));
    const failure = { status: answer.status, requestId: answer.getResponseHeader('X-Request-Id') ?? undefined };
    const parsed = parsedOrUndefined(text);
    if (parsed === undefined) throw new errors.InvalidAnswerError('The answer is not JSON.', failure);
    const list = memberOf(parsed, 'predictions');
    const got = Array.isArray(list) ? list.length : 'none';
    if (got !== instances.length) {
      const message = `Expected a prediction for each of ${instances.length} instances, got ${got}.`;
      throw new errors.InvalidAnswerError(message, failure);
    }
    // Its list was just counted; the rest is facts that may be missing.
    const body = /** @type {PredictSchemata.PredictResponse} */ (parsed);
    return { body, serverTiming: serverTimingOf(answer.getResponseHeader('Server-Timing')) };
  }

  /** The limits in the endpoint's labels, if it has them. @param {Scope} scope */
  async statedLimits(scope) {
    const { text } = await this.#answered(this.path, scope);
    const labels = memberOf(parsedOrUndefined(text), 'labels');
    const maxInstances = Number(memberOf(labels, 'max_instances'));
    const maxBodyBytes = Number(memberOf(labels, 'max_body_bytes'));
    return maxInstances > 0 && maxBodyBytes > 0 ? { maxInstances, maxBodyBytes } : undefined;
  }

  /** @param {string} path @param {Scope} scope @param {string} [body] */
  async #answered(path, scope, body) {
    const token = this.#token;
    if (!(token instanceof TokenGate)) return this.#once(path, scope, { token, body });
    const first = await token.token(undefined, scope);
    try {
      return await this.#once(path, scope, { token: first, body });
    } catch (error) {
      if (!(error instanceof errors.AuthenticationError)) throw error;
      const fresh = await token.token(first, scope);
      if (fresh === first) throw error;
      return await this.#once(path, scope, { token: fresh, body });
    }
  }

  /**
   * @param {string} path
   * @param {Scope} scope
   * @param {{ token: string | undefined, body: string | undefined }} what
   * @returns {Promise<{ text: string, answer: JQuery.jqXHR }>}
   */
  #once(path, scope, { token, body }) {
    return new Promise((resolve, reject) => {
      scope.throwIfOver();
      const request = jQuery.ajax({
        url: this.#baseUrl + path,
        headers: { ...this.#options.headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
        ...(body !== undefined && { method: 'POST', contentType: 'application/json', data: body }),
        // Text is never run as a script, whatever type the server gives it.
        dataType: 'text',
        // The page's own $.ajaxSetup shall not end a call that its deadline does not end.
        timeout: 0,
      });
      const isDone = scope.whenOver(() => request.abort());
      request.always(isDone);
      request.done((text, _status, answer) => resolve({ text, answer }));
      request.fail((answer) => reject(scope.overError() ?? errorOfAnswer(answer)));
    });
  }
}

/** `admit;dur=0.21, parse;dur=1.04` (W3C Server Timing). @param {string | null} header @returns {[string, number][]} */
function serverTimingOf(header) {
  return Array.from((header ?? '').matchAll(/([\w-]+)\s*;\s*dur=([\d.]+)/g), ([, stage, ms]) => [stage, Number(ms)]);
}
