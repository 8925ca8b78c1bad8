// Owns the conformance driver of the jQuery client (clients/README.md): a case a line in, a result a line out, each run in a page of
// a real browser. Must not know what is in a case but where its files lie.
import { createInterface } from 'node:readline';
import { openBrowserPage } from './browser-page.mjs';

/** Addresses at which the page finds the files of the cases. */
const files = new Map();
const { page, complaints, close } = await openBrowserPage('driver/page.html', { files });
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const given = JSON.parse(line);
    const sounds = given.sounds?.map(served);
    let result = await page.evaluate((one) => window.runCase(one), { ...given, ...(sounds && { sounds }) });
    if (complaints.length > 0) {
      const facts = { status: null, reason: null, request_id: null };
      const error = { kind: 'unexpected', message: complaints.splice(0).join('\n'), ...facts };
      result = { case: given.case, ok: false, error };
    }
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
} finally {
  await close();
}

/** The sound with the addresses of its files in the place of their paths. */
function served(sound) {
  const forms = Object.entries(sound).map(([form, value]) => {
    if (!['file', 'int16', 'float32', 'float64'].includes(form)) return [form, value];
    const address = `/files${value}`;
    files.set(address, value);
    return [form, address];
  });
  return Object.fromEntries(forms);
}
