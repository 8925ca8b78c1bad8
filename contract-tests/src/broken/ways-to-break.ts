// Owns the ways in which a server can break the contract, as changes to a good answer: each is one that some check has to find.
// Must not know the checks.
import { at } from '../expectation.ts';

export interface PassedOn {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface BrokenCall {
  readonly method: string;
  readonly path: string;
  /** Without `Bearer`; empty for none. */
  readonly token: string;
}

/** Changes the answer to a call, or gives it back as it is where the way does not apply. */
export type WayToBreak = (answer: PassedOn, call: BrokenCall) => PassedOn;

/** Name → what goes wrong. */
export const WAYS_TO_BREAK: Readonly<Record<string, WayToBreak>> = {
  'predictions in the wrong order': changePredictions((predictions) => predictions.toReversed()),
  'a number less in each prediction': changePredictions((predictions) =>
    predictions.map((prediction) => withoutLastNumber(prediction)),
  ),
  'an undeclared status': onPrediction((answer) => ({ ...answer, status: 202 })),
  'an error beside a prediction': changePredictions((predictions) =>
    predictions.map((prediction) =>
      at(prediction, 'error') === undefined
        ? { ...Object(prediction), error: { description: 'Something went wrong.', reason: 'INTERNAL' } }
        : prediction,
    ),
  ),
  'a missing field': changeJson((body) => {
    const { deployedModelId: _, ...rest } = Object(body);
    return rest;
  }),
  'NaN among the numbers': onPrediction((answer) => ({
    ...answer,
    body: Buffer.from(answer.body.toString('utf8').replace(/\[-?\d[^,\]]*,/, '[NaN,')),
  })),
  'a lying content type': onPrediction((answer) => ({
    ...answer,
    headers: { ...answer.headers, 'content-type': 'text/html' },
  })),
  'the token in an answer': (answer, { token }) => {
    const message = at(jsonOf(answer), 'error', 'message');
    if (typeof message !== 'string' || token === '') return answer;
    return withJson(answer, JSON.parse(JSON.stringify(jsonOf(answer)).replace('"message":"', `"message":"${token} `)));
  },
  'a 200 where there is an error': (answer) => (answer.status === 400 ? { ...answer, status: 200 } : answer),
  'a prediction for each instance but one': changePredictions((predictions) =>
    predictions.length > 1 ? predictions.slice(1) : predictions,
  ),
  'the same numbers for every clip': changePredictions((predictions) => {
    const first = predictions.find((prediction) => at(prediction, 'error') === undefined);
    return predictions.map((prediction) => (at(prediction, 'error') === undefined ? first : prediction));
  }),
};

/** A good answer to a call for predictions. */
function onPrediction(change: WayToBreak): WayToBreak {
  return (answer, call) =>
    answer.status === 200 && Array.isArray(at(jsonOf(answer), 'predictions')) ? change(answer, call) : answer;
}

function changeJson(change: (body: unknown) => unknown): WayToBreak {
  return onPrediction((answer) => withJson(answer, change(jsonOf(answer))));
}

function changePredictions(change: (predictions: readonly unknown[]) => readonly unknown[]): WayToBreak {
  return changeJson((body) => {
    const predictions = at(body, 'predictions');
    return { ...Object(body), predictions: change(Array.isArray(predictions) ? predictions : []) };
  });
}

/** Whatever the algorithm: the first list of numbers loses its last one. */
function withoutLastNumber(prediction: unknown): unknown {
  let done = false;
  return Object.fromEntries(
    Object.entries(Object(prediction)).map(([key, value]) => {
      if (done || !Array.isArray(value) || typeof value[0] !== 'number') return [key, value];
      done = true;
      return [key, value.slice(0, -1)];
    }),
  );
}

function jsonOf({ body }: PassedOn): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function withJson(answer: PassedOn, body: unknown): PassedOn {
  return { ...answer, body: Buffer.from(JSON.stringify(body)) };
}
