// Owns the demo page as one file: which server and algorithm stand in the copy that is given out. Must not know what the page does.
import { type Content, contentOf } from './send.ts';

/** Where the page reads them (src/demo/place.ts). */
const ROOT = '<html lang="en"';

/** The copy for one algorithm of the server at `origin`. */
export function standaloneCopy(built: Content, origin: string, algorithm: string): Content {
  const html = Buffer.from(built.body).toString();
  if (!html.includes(ROOT)) throw new Error('The single page has no root element as expected. This is a bug.');
  const attributes = ` data-server="${escaped(origin)}" data-algorithm="${escaped(algorithm)}"`;
  // As a function: in a text, $ would mean a part of what was found.
  return contentOf(
    html.replace(ROOT, () => ROOT + attributes),
    built.type,
  );
}

/** A host name comes from the caller. */
function escaped(text: string): string {
  return text.replace(/[&"'<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
