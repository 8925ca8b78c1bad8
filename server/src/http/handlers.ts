// Owns the complete set of handlers: one for every operation of the contract.
import { type ContainerAddress, healthHandlers } from './health.ts';
import { kserveV1Handlers } from './kserve-v1.ts';
import { openInferenceHandlers } from './open-inference.ts';
import type { Handlers } from './operation.ts';
import type { PredictContext } from './predict.ts';
import { predictionHandlers } from './predictions.ts';
import { resourceHandlers } from './resources.ts';
import { readSchemaFile } from './schema-files.ts';

/** `container` is undefined outside a container, where its routes do not exist. */
export function createHandlers(context: PredictContext, container?: ContainerAddress): Handlers {
  return {
    ...healthHandlers(context.service, container),
    ...resourceHandlers(context.service, readSchemaFile),
    ...predictionHandlers(context, container),
    ...openInferenceHandlers(context),
    ...kserveV1Handlers(context),
  };
}
