// Owns the form of the lines that go to a driver and come from it; clients/README.md says what they mean.

export interface DriverOptions {
  readonly max_attempts?: number;
  readonly initial_backoff_ms?: number;
  readonly max_backoff_ms?: number;
  readonly deadline_ms?: number;
  readonly max_parallel_calls?: number;
  readonly max_instances?: number;
  readonly max_body_bytes?: number;
}

/** Exactly one of file, int16, float32, float64 and uri. Paths are absolute; arrays are raw little-endian samples in a file. */
export interface DriverSound {
  readonly file?: string;
  readonly int16?: string;
  readonly float32?: string;
  readonly float64?: string;
  readonly sample_rate_hz?: number;
  readonly uri?: string;
  readonly token?: string;
}

export interface DriverCase {
  readonly case: string;
  readonly algorithm: string;
  /** `plain` is for measuring: arrays as lists of numbers, by the generated core without the helper. */
  readonly call: 'sounds' | 'instances' | 'plain';
  readonly endpoint: {
    readonly base_url: string;
    readonly project: string;
    readonly location: string;
    readonly endpoint: string;
  };
  readonly tokens: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly options: DriverOptions;
  readonly cancel_after_ms?: number;
  readonly sounds?: readonly DriverSound[];
  readonly instances?: readonly object[];
}

export type DriverPrediction =
  | { readonly values: string }
  | { readonly error: { readonly reason: string; readonly description: string } };

export type DriverResult = { readonly case: string } & (
  | {
      readonly ok: true;
      readonly predictions: readonly DriverPrediction[];
      readonly model_display_name?: string;
      /** From handing the sounds over to having all results. */
      readonly elapsed_ms?: number;
    }
  | {
      readonly ok: false;
      readonly error: {
        readonly kind: string;
        readonly message: string;
        readonly status: number | null;
        readonly reason: string | null;
        readonly request_id: string | null;
      };
    }
);
