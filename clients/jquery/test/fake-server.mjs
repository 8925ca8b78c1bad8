// Owns a server on another origin that answers as a test says and notes what came. Must not know the client.
import { createServer } from 'node:http';

/**
 * @param {(request: { path: string, headers: object, body: any }, response: import('node:http').ServerResponse) => void} answer
 *   is asked for each call that is no preflight
 */
export async function startFakeServer(answer) {
  const requests = [];
  const server = createServer(async (incoming, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (incoming.method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Headers', incoming.headers['access-control-request-headers'] ?? '');
      response.end();
      return;
    }
    const text = (await incoming.toArray()).join('');
    const request = {
      path: incoming.url,
      headers: incoming.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
    requests.push(request);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As many predictions as there are instances, each with its own number. */
export function predictAll({ body }, response, headers = {}) {
  const predictions = body.instances.map((_, index) => ({ embedding: [index + 0.5] }));
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify({ predictions, modelDisplayName: 'fake' }));
}
