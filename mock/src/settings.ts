// Owns what a start of the mock may set, after parsing. Must not read arguments or the environment.

export interface MockSettings {
  readonly host: string;
  readonly port: number;
  /** The one token that is accepted; any is when undefined. */
  readonly token: string | undefined;
  /** Served alone when set. */
  readonly project: string | undefined;
  readonly location: string | undefined;
  /** The endpoint's id when one algorithm is served; else its name. */
  readonly endpoint: string | undefined;
  readonly deployedModelId: string | undefined;
  /** Whether the routes of a Vertex AI container are there. */
  readonly container: boolean;
  readonly maxInstances: number;
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
}
