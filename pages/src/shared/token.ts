// Owns the token: in memory, and in the browser's storage only while the person wants to be remembered. It goes into a header of
// calls to the page's own origin and nowhere else; never into an address.

const KEY = 'predict-schemata.token';
const listeners = new Set<() => void>();
let current: string | undefined = stored();

/** The token to send, if there is one. */
export function token(): string | undefined {
  return current;
}

/** Whether the token outlives the page. */
export function isRemembered(): boolean {
  return stored() !== undefined;
}

/** Takes another token; an empty one is none. */
export function useToken(text: string, remember: boolean): void {
  current = text.trim() || undefined;
  keep(remember ? current : undefined);
  for (const listener of listeners) listener();
}

/** Tells of every change, those in another window of this browser included. */
export function onToken(listener: () => void): void {
  listeners.add(listener);
}

window.addEventListener('storage', ({ key, newValue }) => {
  if (key !== KEY || newValue === null) return;
  current = newValue;
  for (const listener of listeners) listener();
});

/** A browser may forbid storage, for example in a private window; then nobody is remembered. */
function stored(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(text: string | undefined): void {
  try {
    if (text === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, text);
  } catch {
    // As `stored`.
  }
}
