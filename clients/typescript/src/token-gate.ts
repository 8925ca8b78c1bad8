// Owns asking a token provider for one call at a time. Must not know what a token is for.
import type { Deadline } from './retry.ts';

/**
 * Gives a bearer token. `refused` is the one that the server has just answered with 401, if any: give a fresh one then. A client has
 * one question under way at a time: calls that wait meanwhile take its answer.
 */
export type TokenProvider = (context: { readonly refused: string | undefined }) => string | Promise<string>;

/**
 * One call asks; those that come meanwhile wait and take its answer, unless it is what they were refused with. A failure is the
 * asking call's own, since its own end may be the cause: one of those that waited asks anew.
 */
export class TokenGate {
  readonly #provide: TokenProvider;
  /** The question that is under way. */
  #asked: Promise<string> | undefined;

  constructor(provide: TokenProvider) {
    this.#provide = provide;
  }

  /** @throws what the provider throws, CancelledError or DeadlineError */
  async token(refused: string | undefined, deadline: Deadline): Promise<string> {
    while (this.#asked !== undefined) {
      const answer = await deadline.within(this.#asked.catch(() => undefined));
      if (answer !== undefined && answer !== refused) return answer;
    }
    const provide = this.#provide;
    this.#asked = deadline.within((async () => provide({ refused }))());
    try {
      return await this.#asked;
    } finally {
      this.#asked = undefined;
    }
  }
}
