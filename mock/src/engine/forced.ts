// Owns answers that a caller asks for by name with `Prefer`: Prism finds them among the contract's examples. Must not know what a
// real call would get.
import { CallFailure, shown } from '../failure.ts';
import { headersOf } from '../http/answer.ts';
import { at, isObject } from '../json.ts';
import type { Call } from './call.ts';
import type { AskPrism, Operation, PrismResponse } from './prism.ts';

/** Whether the caller names an answer instead of asking for a real one. */
export function isForced({ preference }: Call, operation: Operation): boolean {
  if (preference.exampleKey !== undefined) return true;
  if (preference.code === undefined) return preference.dynamic && operation.request?.body === undefined;
  return preference.code !== 200;
}

/** The example that the caller named, or what Prism makes up. Throws CallFailure for one that is not there. */
export function answerForced(call: Call, askPrism: AskPrism, change: (body: unknown) => unknown): PrismResponse {
  const response = askPrismOrExplain(call, askPrism);
  const body = change(response.body);
  // One text is the other form of an error, with the reason in front (decisions/0019).
  const reason = at(body, 'error', 'details', 0, 'reason') ?? String(at(body, 'error')).split(':', 1)[0];
  const metadata = at(body, 'error', 'details', 0, 'metadata');
  if (isObject(metadata)) Object.assign(metadata, { requestId: call.requestId });
  return {
    statusCode: response.statusCode,
    headers: {
      ...declaredHeaders(response),
      ...headersOf(response.statusCode, String(reason), { allow: [call.method] }),
    },
    body,
  };
}

/** Prism's headers but those that its generator fills with any text. */
function declaredHeaders({ headers = {} }: PrismResponse): Record<string, string> {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return { 'Content-Type': String(type ?? 'application/json') };
}

function askPrismOrExplain({ preference }: Call, askPrism: AskPrism): PrismResponse {
  try {
    return askPrism(preference);
  } catch (error) {
    const { code, exampleKey } = preference;
    const asked = [
      ...(code === undefined ? [] : [`code=${code}`]),
      ...(exampleKey === undefined ? [] : [`example=${exampleKey}`]),
    ];
    const detail = error instanceof Error && 'detail' in error ? String(error.detail) : '';
    throw new CallFailure(
      'INVALID_VALUE',
      `Prefer: ${shown(asked.join(', '))} is not in the contract of this operation. ${detail}`,
    );
  }
}
