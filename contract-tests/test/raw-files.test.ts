// Owns the proof that a sound gets the same prediction, number for number, whichever way its file comes: in base64, as the body itself,
// or in a form; decoded where the call is read, or in a thread of its own.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, json } from '../src/expectation.ts';
import { FORM_TYPE, formBody } from '../src/form-body.ts';
import { profiles, SERVER_TOKEN } from '../src/profiles.ts';
import { send } from '../src/send.ts';
import { type ServerProcess, startReadyServer } from '../src/server-process.ts';
import { fileBytes } from '../src/stand-ins.ts';

const PREDICT = profiles['default']?.path ?? '';
const RAW_PREDICT = PREDICT.replace(/:predict$/, ':rawPredict');

let server: ServerProcess;
beforeAll(async () => {
  server = await startReadyServer({ env: { TOKEN: SERVER_TOKEN } });
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function predictions(path: string, type: string, body: Buffer): Promise<unknown> {
  const headers = { authorization: `Bearer ${SERVER_TOKEN}`, 'content-type': type };
  const answer = await send(server.url, { method: 'POST', path, headers, body });
  expect(answer.status).toBe(200);
  return at(json(answer), 'predictions');
}

test.each([
  ['files that need no resampling', 16_000],
  // Some milliseconds of work each, so that all of them cross to another thread and back.
  ['files that are dear to resample', 44_100],
])('%s', async (_name, rateHz) => {
  const sounds = [
    { $wav: { rateHz, toneHz: 300 } },
    { $bytes: 'no sound' },
    { $wav: { rateHz, toneHz: 500 } },
    { $wav: { rateHz, toneHz: 700, frames: 100 } },
    { $wav: { rateHz, toneHz: 900 } },
  ];
  const instances = sounds.map((sound) => ({ input_bytes: fileBytes(sound).toString('base64') }));
  const want = await predictions(PREDICT, 'application/json', Buffer.from(JSON.stringify({ instances })));
  expect(new Set([0, 1, 2, 3, 4].map((index) => JSON.stringify(at(want, index)))).size).toBe(5);

  expect(await predictions(RAW_PREDICT, FORM_TYPE, formBody(sounds.map((file) => ({ file }))))).toEqual(want);
  const alone = await Promise.all(sounds.map((sound) => predictions(RAW_PREDICT, 'audio/wav', fileBytes(sound))));
  expect(alone.flat()).toEqual(want);
});
