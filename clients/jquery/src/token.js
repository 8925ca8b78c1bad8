// Owns asking a token provider for one call at a time. Must not know what a token is for.

/**
 * One call asks; those that come meanwhile wait and take its answer, unless it is what they were refused with. A failure is the
 * asking call's own, since its own end may be the cause: one of those that waited asks anew.
 */
class TokenGate {
  #provide;
  /** The question that is under way. @type {Promise<string> | undefined} */
  #asked;

  /** @param {PredictSchemata.TokenProvider} provide */
  constructor(provide) {
    this.#provide = provide;
  }

  /** @param {string | undefined} refused @param {Scope} scope */
  async token(refused, scope) {
    while (this.#asked !== undefined) {
      const answer = await scope.within(this.#asked.catch(() => undefined));
      if (answer !== undefined && answer !== refused) return answer;
    }
    const provide = this.#provide;
    this.#asked = scope.within((async () => provide(refused))());
    try {
      return await this.#asked;
    } finally {
      this.#asked = undefined;
    }
  }
}
