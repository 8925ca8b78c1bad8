// Owns what goes into a run of Dredd and what comes out, as data that crosses to its process and back. Must not know Dredd.

/** One call that Dredd makes, and what its answer must be. */
export interface PlannedCall {
  /** Unique in the plan; what a person reads. */
  readonly name: string;
  readonly operationId: string;
  readonly status: number;
  /** The server's address without a path. */
  readonly url: string;
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string | undefined;
  /** JSON Schema without references; undefined for a body that is not JSON. */
  readonly bodySchema: object | undefined;
}

export interface DreddPlan {
  /** The contract as Dredd gets it, a YAML or JSON text. */
  readonly view: string;
  readonly calls: readonly PlannedCall[];
}

export interface DreddVerdict {
  /** Of the planned call. */
  readonly name: string;
  readonly valid: boolean;
  /** Why it is not valid, in Dredd's words. */
  readonly message: string;
  /** Missing when no answer came. */
  readonly answer?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly bodyBase64: string;
  };
}

export interface DreddOutcome {
  readonly verdicts: readonly DreddVerdict[];
  /** `operationId status` of each transaction that Dredd found in its view and no call was planned for. */
  readonly unplanned: readonly string[];
  /** Names of calls that are of no transaction which Dredd found. */
  readonly unknown: readonly string[];
}
