// Owns the names under which a model file states what it is: the keys of `metadata_props`, read by the server. Must not know
// any algorithm.

/** Keys of a model file's `metadata_props`; all values are text. */
export const METADATA_KEYS = {
  /** Name of the algorithm that the model serves: that of its folder in `spec/algorithms/`. */
  algorithm: 'algorithm',
  /** Short name of the model, in the form of an identifier. */
  name: 'name',
  /** Name of the model for people, shown as `modelDisplayName`. */
  displayName: 'display_name',
  /** Version of the model, a whole number from 1, shown as `modelVersionId`. */
  version: 'version',
  /** `true` when the model stands in for a trained one and every place that shows its answers has to say so, else `false`. */
  development: 'development',
  /** Version of the front end inside the graph. */
  frontEndVersion: 'front_end_version',
} as const;

/** Keys of `metadata_props` that only an imported model has, beside METADATA_KEYS. */
export const METADATA_KEYS_OF_IMPORT = {
  /** fp32, fp16 or int8. */
  variant: 'variant',
  /** plain or fused: how the transformer is written. */
  form: 'form',
  /** One line for each file that the model was made from, as `sha256sum` prints it. */
  sources: 'sources_sha256',
  /** SHA-256 of the data file beside the model. */
  dataSha256: 'data_sha256',
} as const;

/** What a model file states about itself, by the names that this project uses in code. */
export type ModelFacts = Readonly<Record<keyof typeof METADATA_KEYS, string>>;

/** Renames facts to the keys of the file, in the order of METADATA_KEYS. */
export function toMetadata(facts: ModelFacts): Record<string, string> {
  // Object.keys forgets the names; METADATA_KEYS is a constant without others.
  const names = Object.keys(METADATA_KEYS) as (keyof ModelFacts)[];
  return Object.fromEntries(names.map((name) => [METADATA_KEYS[name], facts[name]]));
}
