// Owns a server that does nothing but read a body and answer with a fixed prediction: how fast the load generator is by itself. Runs as
// a process of its own, started by calibration.ts.
import { createServer } from 'node:http';
import { serveJobs } from './job-process.ts';
import { clipSamples } from './sound.ts';

const answer = JSON.stringify({ predictions: [{ embedding: Array.from(clipSamples().subarray(0, 512)) }] });
const server = createServer((request, response) => {
  request.resume().once('end', () => response.end(answer));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
serveJobs(async () => server.address());
