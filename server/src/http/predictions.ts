// Owns the predict operations: the same predictions in the three forms that the contract has for them.
import { jsonBytes } from '@predict-schemata/floats';
import type { components } from '@predict-schemata/generated/ts/service.gen.ts';
import type { Deployment } from './deployment.ts';
import { type ContainerAddress, requireContainer } from './health.ts';
import { instancesEnvelope } from './instances-envelope.ts';
import type { Call, Handlers } from './operation.ts';
import { type PredictContext, predict } from './predict.ts';
import { endpointOf, loaded, modelName, parentOf, starting } from './resources.ts';

type PredictResponse = components['schemas']['PredictResponse'];

export function predictionHandlers(
  context: PredictContext,
  container: ContainerAddress | undefined,
): Pick<Handlers, 'predict' | 'rawPredict' | 'containerPredict'> {
  const { service } = context;
  const respond = async (
    call: Call,
    raw = false,
  ): Promise<{ deployment: Deployment; wrapped: boolean; body: PredictResponse }> => {
    const deployment = endpointOf(call, service);
    const envelope = instancesEnvelope(deployment, context, { raw });
    const { predictions, wrapped } = await predict(call, deployment, context, envelope);
    const { model, algorithm, deployedModelId, contractVersion } = deployment;
    return {
      deployment,
      wrapped,
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
      const { deployment, wrapped, body } = await respond(call, true);
      return {
        status: 200,
        mediaType: 'application/json',
        headers: {
          'X-Vertex-AI-Endpoint-Id': deployment.endpointId,
          'X-Vertex-AI-Deployed-Model-Id': deployment.deployedModelId,
          'X-Vertex-AI-Model': body.model,
        },
        body: wrapped ? inHttpBody(body) : body,
      };
    },

    containerPredict: async (call) => {
      requireContainer(call, container);
      const [deployment] = loaded(service);
      // A server without a deployment does not start.
      if (deployment === undefined) throw starting();
      const { predictions } = await predict(call, deployment, context, instancesEnvelope(deployment, context));
      return {
        status: 200,
        mediaType: 'application/json',
        body: { predictions },
      };
    },
  };
}

/** The answer inside a google.api.HttpBody, as JSON transcoding writes one. */
function inHttpBody(body: PredictResponse): PredictResponse {
  const wrapped = { contentType: 'application/json', data: jsonBytes(body).toString('base64') };
  // Google's generated clients alone ask for this form and read it. The contract, from which other clients are made, has the plain
  // one: a union here would cost every one of them its type (decisions/0019).
  return wrapped as unknown as PredictResponse;
}
