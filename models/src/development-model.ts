// Owns the list of development models, one for each algorithm that has one, and is this package's door. A further algorithm
// is one more file in development/ and one more line here.
import { buildHearDevelopmentModel } from './development/hear.ts';
import { buildHearEventsDevelopmentModel } from './development/hear-events.ts';

export { METADATA_KEYS } from './metadata.ts';

/** Builders of ONNX files by the algorithm's name. Each gives the same bytes on every call, without any file or download. */
export const developmentModels: Readonly<Record<string, () => Uint8Array>> = {
  hear: buildHearDevelopmentModel,
  'hear-events': buildHearEventsDevelopmentModel,
};

/** The development model of HeAR: `x` `[N, 32000]` to `embedding` `[N, 512]`. Not HeAR itself: nothing in it is trained. */
export const buildDevelopmentModel = buildHearDevelopmentModel;
