// Owns where the page stands: on a server, whose own page it is, or alone on disk, where it must be told of a server. Must not know
// what is asked of it.

export interface Place {
  /** True for the single file that was given out. */
  readonly onDisk: boolean;
  /** `http://host:port` of the server. */
  server: string;
  /** The algorithm that the page is for; the server's first one where nobody said. */
  readonly algorithm: string | undefined;
}

/** The single file carries server and algorithm on its root element, written by the server that gave it out. */
export function placeOf({ dataset }: HTMLElement, { origin, pathname }: Location): Place {
  const { server, algorithm } = dataset;
  if (server === undefined) return { onDisk: false, server: origin, algorithm: pathname.split('/')[2] };
  return { onDisk: true, server, algorithm };
}

/** The origin in what a person typed; undefined when it is no address of a server. */
export function originIn(typed: string): string | undefined {
  const text = typed.trim();
  const url = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (text === '' || !URL.canParse(url)) return undefined;
  const { origin, username, password } = new URL(url);
  return username === '' && password === '' ? origin : undefined;
}
