// Owns the names of the files that the page gives out: what a person recognises, and what any file system and any shell takes. Must
// not know what is in them.

const LONGEST_STEM = 60;

/**
 * A name for each window's sound: that of its recording without ending, and where it begins. No two are alike.
 *
 * @returns such as `cough-1.250s.wav`
 */
export function soundFileNames(windows: readonly { readonly clip: string; readonly startSeconds: number }[]): string[] {
  const taken = new Set<string>();
  return windows.map(({ clip, startSeconds }) => {
    const base = `${stemOf(clip)}-${startSeconds.toFixed(3)}s`;
    let name = base;
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base}-${count}`;
    taken.add(name.toLowerCase());
    return `${name}.wav`;
  });
}

/** The name without its ending, with a dash for whatever is special somewhere; letters of every script stay. */
export function stemOf(name: string): string {
  const stem = name
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return Array.from(stem).slice(0, LONGEST_STEM).join('') || 'sound';
}
