// Owns how a scraper gets the metrics: a page beside the contract, as the documentation is, or alone on a port of its own. Must not
// know what is measured.
import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { type Gate, openGate } from '../auth/gate.ts';
import type { Metrics } from '../observe/metrics.ts';
import { errorAnswer } from './respond.ts';

/** `GET /metrics` for whoever `gate` knows, whatever their endpoints and limits; others get the contract's 401. Scrapes are not calls: nothing counts them. */
export function metricsPage(
  { text, contentType }: Pick<Metrics, 'text' | 'contentType'>,
  { identify }: Pick<Gate, 'identify'> = openGate,
): Hono<{ Bindings: HttpBindings }> {
  const page = new Hono<{ Bindings: HttpBindings }>();
  page.get('/metrics', async (c) => {
    try {
      await identify(c.req.header('authorization'));
      return c.body(await text(), 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
    } catch (error) {
      const requestId = randomUUID();
      const { status, headers, body } = errorAnswer(error, requestId);
      return Response.json(body, { status, headers: { ...headers, 'X-Request-Id': requestId } });
    }
  });
  return page;
}
