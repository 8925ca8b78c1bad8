// Owns one call of one endpoint: token, headers, the generated core, and every way to fail as an error of errors.ts. Must not know
// about repeats.
import { type Algorithms, algorithms, VERSION } from '../generated/algorithms.ts';
import type { AlgorithmFacts, CallInit, CoreAnswer, EndpointPath } from './algorithm.ts';
import { AuthenticationError, ConnectionError, errorOfAnswer, InvalidAnswerError } from './errors.ts';
import type { Deadline } from './retry.ts';
import { TokenGate } from './token-gate.ts';

export interface EndpointOptions {
  readonly baseUrl: string;
  readonly path: EndpointPath;
  readonly token: string | TokenGate | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch | undefined;
}

export class EndpointCalls {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  /** @throws PredictError */
  predict<A extends keyof Algorithms>(
    algorithm: A,
    body: Algorithms[A]['request'],
    deadline: Deadline,
  ): Promise<Algorithms[A]['response']> {
    // The mapped type loses which member belongs to A.
    const facts = algorithms[algorithm] as AlgorithmFacts<Algorithms[A]>;
    return this.#answered(deadline, async (init) => {
      const answer = await facts.predict(this.#transport(), this.#options.path, body, init);
      if (!answer.response.ok) return answer;
      const { status, headers } = answer.response;
      const failure = { status, requestId: headers.get('x-request-id') ?? undefined };
      // What came may be anything.
      const predictions: readonly unknown[] | undefined = answer.data?.predictions;
      const count = predictions?.length;
      if (count !== body.instances.length) {
        const message = `Expected a prediction for each of ${body.instances.length} instances, got ${count ?? 'none'}.`;
        throw new InvalidAnswerError(message, failure);
      }
      if (!predictions?.every((prediction) => typeof prediction === 'object' && prediction !== null)) {
        throw new InvalidAnswerError('Expected a result or an error as each prediction.', failure);
      }
      return answer;
    });
  }

  /** @throws PredictError */
  describe<A extends keyof Algorithms>(algorithm: A, deadline: Deadline): Promise<Algorithms[A]['endpoint']> {
    // As above.
    const facts = algorithms[algorithm] as AlgorithmFacts<Algorithms[A]>;
    return this.#answered(deadline, (init) => facts.describe(this.#transport(), this.#options.path, init));
  }

  async #answered<T>(deadline: Deadline, call: (init: CallInit) => Promise<CoreAnswer<T>>): Promise<T> {
    const { token } = this.#options;
    if (!(token instanceof TokenGate)) return this.#once(deadline, call, token);
    const first = await token.token(undefined, deadline);
    try {
      return await this.#once(deadline, call, first);
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      const fresh = await token.token(first, deadline);
      if (fresh === first) throw error;
      return await this.#once(deadline, call, fresh);
    }
  }

  async #once<T>(
    deadline: Deadline,
    call: (init: CallInit) => Promise<CoreAnswer<T>>,
    token: string | undefined,
  ): Promise<T> {
    deadline.throwIfOver();
    const headers = { ...this.#options.headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
    let answer: CoreAnswer<T>;
    try {
      answer = await call({ headers, signal: deadline.signal });
    } catch (cause) {
      deadline.throwIfOver(cause);
      if (cause instanceof InvalidAnswerError) throw cause;
      if (cause instanceof SyntaxError) throw new InvalidAnswerError('The answer is not JSON.', { cause });
      throw new ConnectionError('No whole answer came from the server.', { cause });
    }
    if (!answer.response.ok) throw errorOfAnswer(answer.response, answer.error);
    if (answer.data === undefined)
      throw new InvalidAnswerError('The answer has no body.', { status: answer.response.status });
    return answer.data;
  }

  #transport() {
    const { baseUrl, fetch } = this.#options;
    return { baseUrl, headers: USER_AGENT, ...(fetch !== undefined && { fetch }) };
  }
}

/** Browsers set their own User-Agent and leave this one out. */
const USER_AGENT = { 'User-Agent': `predict-schemata-typescript/${VERSION}` };
