// Owns the tokens that the token file of the contract tests knows, under names that cases use. Must not know what they may do:
// that stands in the file, whose form is the server's own.

/** For a server's --token-file. A rate of one call in an hour refuses the second call however slow a run is. */
export const TOKEN_FILE = new URL('../cases/tokens.json', import.meta.url).pathname;

const NAMES = ['for-another-endpoint', 'for-this-endpoint', 'one-call', 'one-at-once', 'expired'];

/** The token with this name in the token file. */
export function namedToken(name: string): string {
  if (!NAMES.includes(name)) throw new Error(`No token has the name ${name}; expected one of ${NAMES.join(', ')}.`);
  return `contract-tests-token-${name}-0123456789`;
}

export const namedTokens: readonly string[] = NAMES.map(namedToken);
