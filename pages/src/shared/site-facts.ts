// Owns the form of `/site.json`: what a page must know of the program behind it before anybody has given a token. Types alone,
// shared by the browser and by the programs that serve the pages.

/** The real server, or the mock, whose numbers are made up. */
export type Program = 'server' | 'mock';

export interface SiteAlgorithm {
  /** Its name in the contract, for example in `/docs/NAME`. */
  readonly name: string;
  readonly title: string;
  /** One line. */
  readonly summary: string;
  /** Version of its contract. */
  readonly version: string;
  /** The endpoint's resource name, `projects/P/locations/L/endpoints/E`, under `/v1/`. */
  readonly endpoint: string;
}

export interface Site {
  readonly program: Program;
  /** Whether calls of the API need a bearer token. */
  readonly asksToken: boolean;
  /** In the order in which they are shown; never empty. */
  readonly algorithms: readonly SiteAlgorithm[];
  /** Whether the routes of a Vertex AI container are served. */
  readonly container: boolean;
  /** What the mock can be asked for; missing on the server. */
  readonly mock?: {
    /** Ways to fail. */
    readonly scenarios: readonly string[];
    /** The request header that asks for one. */
    readonly scenarioHeader: string;
  };
}
