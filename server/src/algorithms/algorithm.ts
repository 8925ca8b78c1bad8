// Owns the plug-in contract: what an algorithm states about itself and the pure functions that it gives. Shared code
// reads these facts and never tests an algorithm's name. Runs on the HTTP thread and in decode workers alike.
import type { FloatRows } from '@predict-schemata/floats';
import type { RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';

/** A sound that must be fetched before it can be decoded. The plug-in names it; shared code fetches it. */
export interface RemoteAudio {
  readonly remote: { readonly gcsUri: string; readonly bearerToken?: string };
}

/** What decoding gives: one row of the model's input, or a sound to fetch first. */
export type Decoded = Float32Array | RemoteAudio;

/** The ONNX model that an algorithm expects: one input and one output, both `[N, length]` float32. */
export interface ModelSignature {
  readonly inputName: string;
  readonly inputLength: number;
  readonly outputName: string;
  readonly outputLength: number;
}

/**
 * One audio algorithm. `Instance` and `Parameters` are the generated parsed forms, `Prediction` the generated contract type
 * of a successful prediction. The functions are methods, so that `AnyAlgorithm` can hold every algorithm: the request parser
 * gives each one only what its own `requestShape` let through.
 */
export interface Algorithm<Instance, Parameters, Prediction extends object> {
  /** The name of its folder in `spec/algorithms/`. */
  readonly name: string;
  readonly requestShape: RequestShape;
  readonly model: ModelSignature;
  /**
   * Turns one parsed instance into a model row. Pure and synchronous. The memory of the instance's bytes is used for others
   * afterwards, unless the row lies in it. Throws InstanceError or AudioError for a clip that it refuses.
   */
  decode(instance: Instance, parameters: Parameters): Decoded;
  /**
   * About how many steps of some nanoseconds `decode` takes for this instance, told without decoding it. Dear ones are decoded
   * in a worker thread. Without it every instance counts as cheap.
   */
  decodeWork?(instance: Instance, parameters: Parameters): number;
  /** The same for `decodeFile`. */
  decodeFileWork?(bytes: Uint8Array, parameters: Parameters): number;
  /** Turns a fetched file into a model row, under the same rules as bytes sent inline. Throws InstanceError or AudioError. */
  decodeFile(bytes: Uint8Array, parameters: Parameters): Float32Array;
  /**
   * What computing this row costs against the limit of a batch, a whole number from 1: state it where rows differ much, so
   * that a batch of dear ones stays small. 1 for every row when it is left out.
   */
  costOf?(row: Float32Array): number;
  /** Turns one row of the model's output (`outputLength` finite numbers) into a prediction. */
  encode(row: Float32Array): FloatRows<Prediction>;
}

/** An algorithm as shared code holds it: what goes in was parsed by its own shape, what comes out is JSON. */
export type AnyAlgorithm = Algorithm<ParsedObject & { readonly variant: string }, ParsedObject, object>;

/** What the request parser makes of an object of the contract. */
export type ParsedObject = Readonly<Record<string, ParsedValue | undefined>>;
export type ParsedValue = string | number | boolean | Uint8Array | Float32Array;
