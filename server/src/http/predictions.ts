// Owns the predict operations: the same predictions in the three forms that the contract has for them.
import type { components } from '@predict-schemata/generated/ts/service.gen.ts';
import type { Deployment } from './deployment.ts';
import { type ContainerAddress, requireContainer } from './health.ts';
import { instancesEnvelope } from './instances-envelope.ts';
import type { Call, Handlers } from './operation.ts';
import { type PredictContext, predict } from './predict.ts';
import { endpointOf, loaded, modelName, parentOf, starting } from './resources.ts';

export function predictionHandlers(
  context: PredictContext,
  container: ContainerAddress | undefined,
): Pick<Handlers, 'predict' | 'rawPredict' | 'containerPredict'> {
  const { service } = context;
  const respond = async (
    call: Call,
  ): Promise<{ deployment: Deployment; body: components['schemas']['PredictResponse'] }> => {
    const deployment = endpointOf(call, service);
    const predictions = await predict(call, deployment, context, instancesEnvelope(deployment, context));
    const { model, algorithm, deployedModelId, contractVersion } = deployment;
    return {
      deployment,
      body: {
        predictions,
        deployedModelId,
        model: modelName(deployment, parentOf(call.path, service)),
        modelVersionId: model.version,
        modelDisplayName: model.displayName,
        metadata: {
          algorithm: algorithm.name,
          algorithmVersion: contractVersion,
          modelName: model.name,
          modelSha256: model.sha256,
          frontEndVersion: model.frontEndVersion,
          development: model.development,
        },
      },
    };
  };
  return {
    predict: async (call) => ({ status: 200, mediaType: 'application/json', body: (await respond(call)).body }),

    rawPredict: async (call) => {
      const { deployment, body } = await respond(call);
      return {
        status: 200,
        mediaType: 'application/json',
        headers: {
          'X-Vertex-AI-Endpoint-Id': deployment.endpointId,
          'X-Vertex-AI-Deployed-Model-Id': deployment.deployedModelId,
          'X-Vertex-AI-Model': body.model,
        },
        body,
      };
    },

    containerPredict: async (call) => {
      requireContainer(call, container);
      const [deployment] = loaded(service);
      // A server without a deployment does not start.
      if (deployment === undefined) throw starting();
      return {
        status: 200,
        mediaType: 'application/json',
        body: { predictions: await predict(call, deployment, context, instancesEnvelope(deployment, context)) },
      };
    },
  };
}
