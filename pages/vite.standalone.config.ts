// Owns how the demo page becomes one file that works when it is opened from disk: scripts, styles and pictures stand in the HTML.
// Must not know what the page does.
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';
import { STANDALONE } from './serve/places.ts';
import pages from './vite.config.ts';

/** Vite leaves the icon a file of its own, and there is none beside a single one. */
const withoutIcon: Plugin = {
  name: 'without-icon',
  transformIndexHtml: (html) => html.replace(/<link rel="icon"[^>]*>/, ''),
};

export default defineConfig({
  ...pages,
  // A module that is loaded from disk counts as another origin's, and browsers refuse it.
  plugins: [...(pages.plugins ?? []), withoutIcon, viteSingleFile({ removeViteModuleLoader: true })],
  build: {
    ...pages.build,
    rolldownOptions: { input: join(import.meta.dirname, STANDALONE.source) },
    assetsInlineLimit: Number.POSITIVE_INFINITY,
  },
});
