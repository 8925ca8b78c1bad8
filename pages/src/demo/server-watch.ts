// Owns whether the server is there: asks its health while somebody looks, and tells of every change. Must not know why one asks.

/** `waiting`: it answers, but takes no predictions at present. */
export type ServerState = 'asking' | 'ready' | 'waiting' | 'gone';

export interface ServerWatch {
  readonly state: ServerState;
  /** Asks at once, and gives the answer. */
  look(): Promise<ServerState>;
}

const EVERY_MS = 3_000;
/** A server that is there answers a health check at once, however busy it is. */
const ANSWER_LIMIT_MS = 10_000;

/** @param url of the health check, asked anew each time */
export function watchServer(url: () => string, onChange: (state: ServerState) => void): ServerWatch {
  let state: ServerState = 'asking';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;

  const look = async (): Promise<ServerState> => {
    clearTimeout(timer);
    latest += 1;
    const own = latest;
    const found = await ask(url());
    // The address may have been changed meanwhile; the answer of the later question counts.
    if (own !== latest) return state;
    if (document.visibilityState === 'visible') timer = setTimeout(() => void look(), EVERY_MS);
    if (found !== state) {
      state = found;
      onChange(found);
    }
    return found;
  };
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void look();
  });
  return {
    get state() {
      return state;
    },
    look,
  };
}

async function ask(url: string): Promise<ServerState> {
  try {
    const answer = await fetch(url, {
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    return answer.ok ? 'ready' : 'waiting';
  } catch {
    return 'gone';
  }
}
