// Owns what a person reads when a sending failed, and what may be done about it. Must not know the page.

/** Who can help: another token, time, or nobody. */
export type Remedy = 'token' | 'wait' | 'none';

export interface FailureWords {
  readonly text: string;
  readonly remedy: Remedy;
}

export function wordsOf(error: unknown): FailureWords {
  const { PredictError } = window.PredictSchemata;
  if (!(error instanceof PredictError)) {
    return {
      text: `The page failed: ${error instanceof Error ? error.message : String(error)} Load it again.`,
      remedy: 'none',
    };
  }
  switch (error.kind) {
    case 'authentication':
    case 'permission':
      return { text: error.message, remedy: 'token' };
    case 'connection':
      return { text: 'The server does not answer. Your windows are kept, and go out when it is back.', remedy: 'wait' };
    case 'unavailable':
      return {
        text: `${error.message} Your windows are kept, and go out when the server can take them.`,
        remedy: 'wait',
      };
    case 'cancelled':
      return { text: 'Cancelled. The windows are kept.', remedy: 'none' };
    default: {
      const id = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
      return { text: `${error.message}${id}`, remedy: 'none' };
    }
  }
}
