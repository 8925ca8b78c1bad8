// Owns what must not compile: answers that the contract does not declare. The type checker of `npm test` is the test runner; an
// expected error that does not come is an error itself.
import type { Handler, Handlers } from './operation.ts';

const ok = { status: 200, mediaType: 'application/json', body: { status: 'ok' } } as const;

export const declared: Handler<'getHealth'> = () => ok;

// @ts-expect-error 201 is not declared
export const undeclaredStatus: Handler<'getHealth'> = () => ({ ...ok, status: 201 });

// @ts-expect-error the body has another shape
export const wrongShape: Handler<'getHealth'> = () => ({ ...ok, body: { status: 'fine' } });

// @ts-expect-error the media type is not declared
export const wrongMediaType: Handler<'getHealth'> = () => ({ ...ok, mediaType: 'text/plain' });

// @ts-expect-error rawPredict declares headers
export const missingHeaders: Handler<'rawPredict'> = () => ({
  status: 200,
  mediaType: 'application/json',
  body: predictResponse,
});

// @ts-expect-error an operation has no handler
export const missingHandler: Handlers = { getHealth: declared };

const predictResponse = {
  predictions: [{ embedding: [1] }],
  deployedModelId: '1',
  model: 'm',
  modelVersionId: '1',
  modelDisplayName: 'M',
  metadata: {
    algorithm: 'a',
    algorithmVersion: '1.0.0',
    modelName: 'm',
    modelSha256: '',
    frontEndVersion: '1',
    development: true,
  },
};
export const predicted: Handler<'predict'> = () => ({
  status: 200,
  mediaType: 'application/json',
  body: predictResponse,
});

export const missingField: Handler<'predict'> = () => ({
  status: 200,
  mediaType: 'application/json',
  // @ts-expect-error a required field is missing
  body: { predictions: [] },
});
