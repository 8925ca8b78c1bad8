// Owns the global `PredictSchemata`: the contract's facts, and what the other files have made of them.

const ALGORITHM_NAMES = /** @type {PredictSchemata.AlgorithmName[]} */ (Object.keys(facts.algorithms));
const [DEFAULT_ALGORITHM] = ALGORITHM_NAMES.filter((name) => facts.algorithms[name].isDefault);

for (const name of ALGORITHM_NAMES) {
  const { method } = facts.algorithms[name];
  if (method === undefined) continue;
  Object.defineProperty(SoundClient.prototype, method, {
    /** @this {SoundClient} @param {PredictSchemata.Sound[]} sounds @param {PredictSchemata.CallOptions} [options] */
    value(sounds, options) {
      return this.predictSounds(name, sounds, options);
    },
  });
}

window.PredictSchemata = {
  ...facts,
  ...errors,
  encodeWav,
  // The methods of the algorithms were added above.
  client: (options = {}) => /** @type {PredictSchemata.Client} */ (/** @type {unknown} */ (new SoundClient(options))),
  vertexShared: (location) => `https://${location}-aiplatform.googleapis.com`,
  vertexDedicated: ({ endpoint, location, projectNumber }) =>
    `https://${endpoint}.${location}-${projectNumber}.prediction.vertexai.goog`,
};
