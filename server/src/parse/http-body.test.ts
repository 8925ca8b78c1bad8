import { describe, expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { unwrapHttpBody } from './http-body.ts';

const unwrap = (text: string) => {
  const inner = unwrapHttpBody(new TextEncoder().encode(text));
  return inner && new TextDecoder().decode(inner);
};
const data = Buffer.from('{"instances":[]}').toString('base64');

describe('unwrapHttpBody', () => {
  test.each([
    { given: `{"httpBody":{"contentType":"application/json","data":"${data}"}}`, want: '{"instances":[]}' },
    { given: ` {\n "httpBody" : { "data" : "${data}" , "extensions": [{"a": 1}] } } \n`, want: '{"instances":[]}' },
    { given: `{"httpBody":{"data":"${data}"},"endpoint":"e"}`, want: '{"instances":[]}' },
    { given: '{"httpBody":{"data":""}}', want: '' },
    { given: `{"httpBody":{"contentType":"","data":"${data}"}}`, want: '{"instances":[]}' },
    {
      given: `{"httpBody":{"contentType":"Application/JSON; charset=utf-8","data":"${data}"}}`,
      want: '{"instances":[]}',
    },
    { given: '{"instances":[{"httpBody":{}}]}', want: undefined },
    { given: '{"httpBodyX":{}}', want: undefined },
    { given: '["httpBody"]', want: undefined },
    { given: '{', want: undefined },
    { given: '', want: undefined },
  ])('$given', ({ given, want }) => {
    expect(unwrap(given)).toBe(want);
  });

  test.each([
    { given: '{"httpBody":{}}', reason: 'MISSING_FIELD', field: 'httpBody.data' },
    { given: '{"httpBody":null}', reason: 'MISSING_FIELD', field: 'httpBody.data' },
    { given: '{"httpBody":{"data":7}}', reason: 'MISSING_FIELD', field: 'httpBody.data' },
    { given: '{"httpBody":{"data":"a"}}', reason: 'INVALID_VALUE', field: 'httpBody.data' },
    { given: '{"httpBody":{"data":"","data":""}}', reason: 'DUPLICATE_FIELD', field: 'httpBody.data' },
    { given: '{"httpBody":{"data":""},"http\\u0042ody":{"data":""}}', reason: 'DUPLICATE_FIELD', field: 'httpBody' },
    {
      given: '{"httpBody":{"data":"UklGRg==","contentType":"audio/wav"}}',
      reason: 'UNSUPPORTED_MEDIA_TYPE',
      field: 'httpBody.contentType',
    },
    { given: `{"httpBody":{"data":"${data}"}`, reason: 'INVALID_JSON' },
    { given: `{"httpBody":{"data":"${data}"}} x`, reason: 'INVALID_JSON' },
  ])('refuses $given', ({ given, reason, field }) => {
    const failure = (() => {
      try {
        return unwrap(given);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(RequestError);
    expect(failure).toMatchObject({ reason, ...(field && { facts: { fieldViolations: [{ field }] } }) });
  });
});
