// Owns the operations of KServe's V1 protocol: which models there are, whether one is ready, and the predictions of its instances.
import { requireReady } from './health.ts';
import { instancesEnvelope } from './instances-envelope.ts';
import type { Handlers } from './operation.ts';
import { type PredictContext, predict } from './predict.ts';
import { loaded, usable, usableModelOf } from './resources.ts';

export function kserveV1Handlers(
  context: PredictContext,
): Pick<Handlers, 'listModels' | 'getModelStatus' | 'predictModel'> {
  const { service } = context;
  return {
    listModels: ({ caller }) => ({
      status: 200,
      mediaType: 'application/json',
      body: { models: usable(loaded(service), caller).map(({ algorithm }) => algorithm.name) },
    }),

    getModelStatus: (call) => {
      const deployment = usableModelOf(call, service);
      requireReady(service, [deployment]);
      return { status: 200, mediaType: 'application/json', body: { name: deployment.algorithm.name, ready: true } };
    },

    predictModel: async (call) => {
      const deployment = usableModelOf(call, service);
      const { predictions } = await predict(call, deployment, context, instancesEnvelope(deployment, context));
      return { status: 200, mediaType: 'application/json', body: { predictions } };
    },
  };
}
