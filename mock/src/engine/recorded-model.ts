// Owns finding out which model answered the contract's recorded examples, so that its names can be told from everything else.
import { at, type JsonObject } from '../json.ts';

/** What the recorded examples call the model that answered them. */
export function recordedModel(document: JsonObject): {
  deployedModelId: string;
  displayName: string;
  sha256: string;
  name: string;
  version: string;
} {
  for (const item of Object.values(Object(document['paths']))) {
    const examples = at(item, 'post', 'responses', '200', 'content', 'application/json', 'examples');
    for (const example of Object.values(Object(examples))) {
      const answer = at(example, 'value');
      if (at(answer, 'metadata') === undefined) continue;
      return {
        deployedModelId: String(at(answer, 'deployedModelId')),
        displayName: String(at(answer, 'modelDisplayName')),
        sha256: String(at(answer, 'metadata', 'modelSha256')),
        name: String(at(answer, 'metadata', 'modelName')),
        version: String(at(answer, 'modelVersionId')),
      };
    }
  }
  throw new Error('The contract has no example of a prediction. Run npm run examples.');
}
