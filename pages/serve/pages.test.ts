// Owns the proof of what goes out with each page and file: headers, entity tags, documents, and nothing for what is not served.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Site } from '../src/shared/site-facts.ts';
import { ensurePages } from './build.ts';
import { createPages, hasPage } from './pages.ts';

const [name] = ['hear'];
const site: Site = {
  program: 'server',
  asksToken: true,
  container: false,
  algorithms: [
    { name, title: 'HeAR', summary: 'Embeddings', version: '1.2.3', endpoint: 'projects/p/locations/l/endpoints/e' },
  ],
};

let pages: ReturnType<typeof createPages>;
beforeAll(async () => {
  await ensurePages();
  pages = createPages({ site });
});

const get = (path: string, headers: Record<string, string> = {}) => pages.request(`http://a.test${path}`, { headers });

describe('a page', () => {
  test.each(['/', `/docs/${name}`])('%s may load from its own origin alone and stand in no frame', async (path) => {
    const { status, headers } = await get(path);
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]),
    );
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('permissions-policy')).toContain('microphone=()');
    expect(headers.get('content-type')).toMatch(/^text\/html; ?charset=utf-8$/i);
  });

  test('is asked for again each time, and answered with 304 where it has not changed', async () => {
    const first = await get('/');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const second = await get('/', { 'If-None-Match': known });
      expect([second.status, await second.text()]).toEqual([304, '']);
    }
    expect((await get('/', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  test('has its scripts and styles in files that may be kept for ever', async () => {
    const html = await (await get('/')).text();
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)[^>]*>|\son\w+=/);
    const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const { status, headers } = await get(file);
      expect([file, status, headers.get('cache-control')]).toEqual([file, 200, 'public, max-age=31536000, immutable']);
    }
  });
});

describe('the demo', () => {
  test('alone may ask for the microphone, and has a style and sounds that are named', async () => {
    const { status, headers } = await get(`/demo/${name}`);
    expect(status).toBe(200);
    expect(headers.get('permissions-policy')).toContain('microphone=(self)');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toMatch(/media-src 'self' blob:;.* style-src 'self' 'sha256-[\w+/]+='$/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect((await get('/demo')).headers.get('location')).toBe(`/demo/${name}`);
  });

  test('is given out as one file that knows where it came from, and never runs here', async () => {
    const { status, headers, body } = await get(`/demo/${name}/standalone.html`);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="demo-${name}.html"`);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    const html = await new Response(body).text();
    expect(html).toContain(`<html lang="en" data-server="http://a.test" data-algorithm="${name}">`);
    // Nothing is loaded beside it.
    expect(html.replace(/<(script|style)[\s\S]*?<\/\1>/g, '')).not.toMatch(/<link|src="|@import/);
  });

  test('has no way out of the attribute for a host name', async () => {
    const answer = await pages.request(`http://a"b'.test/demo/${name}/standalone.html`);
    expect(await answer.text()).toContain('data-server="http://a&#34;b&#39;.test"');
  });
});

test('the document leads back to whoever was asked for it', async () => {
  const document = (await (await get(`/openapi/${name}.json`)).json()) as { openapi: string; servers: object[] };
  expect(document.servers).toEqual([{ url: 'http://a.test', description: 'This server' }]);
  expect(await (await get(`/openapi/${name}.yaml`)).text()).toContain(`openapi: ${document.openapi}`);
  for (const ending of ['json', 'yaml'])
    expect((await get(`/openapi.${ending}`)).headers.get('location')).toBe(`/openapi/${name}.${ending}`);
});

test.each([
  { path: '/', want: true },
  { path: `/docs/${name}`, want: true },
  { path: `/demo/${name}`, want: true },
  { path: `/demo/${name}/standalone.html`, want: true },
  { path: '/standalone.html', want: false },
  { path: '/site.json', want: true },
  { path: '/assets/other.js', want: false },
  { path: '/nowhere', want: false },
  { path: '/status.html', want: false },
])('$path is a page: $want', async ({ path, want }) => {
  expect(hasPage(pages, path)).toBe(want);
  expect((await get(path)).status).toBe(want ? 200 : 404);
});

test('an algorithm that is not served has no page', async () => {
  expect((await get('/docs/other')).status).toBe(404);
  expect((await get('/openapi/other.json')).status).toBe(404);
});
