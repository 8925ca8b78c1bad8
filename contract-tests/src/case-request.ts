// Owns how a case's request becomes the bytes and headers on the wire. Must not know what is expected of the answer.
import { gzipSync } from 'node:zlib';
import type { CaseRequest } from './case-file.ts';
import { FORM_TYPE, formBody } from './form-body.ts';
import { namedToken } from './named-tokens.ts';
import type { WireRequest } from './send.ts';
import { fileBytes, fillIn, floatBytes, generateText } from './stand-ins.ts';

export interface CallDefaults {
  readonly token: string;
  readonly path: string;
}

/** A well-formed token that no server has. */
export const WRONG_TOKEN = 'contract-tests-wrong-token-0123456789';

export function wireRequest(request: CaseRequest, { token, path }: CallDefaults): WireRequest {
  const body = bodyOf(request);
  const usual: Record<string, string> = {
    ...(body !== undefined && { 'content-type': contentTypeOf(request) }),
    ...(request.floats && {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(plainBodyOf(request)?.length ?? 0),
    }),
    ...(request.gzip && { 'content-encoding': 'gzip' }),
    ...(request.token !== 'none' && { authorization: `Bearer ${tokenOf(request, token)}` }),
  };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (value === null) delete usual[name.toLowerCase()];
    else usual[name.toLowerCase()] = value.replaceAll('{{token}}', token);
  }
  return {
    method: request.method ?? 'POST',
    path: request.path ?? path,
    headers: usual,
    body,
    chunked: request.chunked,
  };
}

function contentTypeOf({ file, form }: CaseRequest): string {
  if (form !== undefined) return FORM_TYPE;
  return file === undefined ? 'application/json' : 'audio/wav';
}

function tokenOf({ token: name = 'valid' }: CaseRequest, valid: string): string {
  if (name === 'valid') return valid;
  return name === 'wrong' ? WRONG_TOKEN : namedToken(name);
}

function bodyOf(request: CaseRequest): Buffer | undefined {
  const plain = withFloats(plainBodyOf(request), request);
  const body = request.gzip && plain !== undefined ? gzipSync(plain) : plain;
  return body?.subarray(0, body.length - (request.cutBytes ?? 0));
}

function withFloats(body: Buffer | undefined, { floats }: CaseRequest): Buffer | undefined {
  return floats === undefined ? body : Buffer.concat([body ?? Buffer.alloc(0), floatBytes(floats)]);
}

function plainBodyOf({ json, text, generate = {}, base64, file, form }: CaseRequest): Buffer | undefined {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  if (file !== undefined) return fileBytes(file);
  if (form !== undefined) return formBody(form);
  if (text !== undefined) {
    return Buffer.from(
      text.replace(/\{\{(\w+)\}\}/g, (place, name: string) => {
        const generator = generate[name];
        if (generator === undefined) throw new Error(`Nothing under generate makes ${place}.`);
        return generateText(generator);
      }),
    );
  }
  return json === undefined ? undefined : Buffer.from(JSON.stringify(fillIn(json)));
}
