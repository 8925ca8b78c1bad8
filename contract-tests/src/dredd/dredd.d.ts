// Owns the types of the part of Dredd that is used; the package has none.
declare module 'dredd' {
  interface DreddOptions {
    readonly endpoint: string;
    readonly path: readonly string[];
    readonly apiDescriptions: readonly { readonly location: string; readonly content: string }[];
    readonly hookfiles: readonly string[];
    readonly custom: Readonly<Record<string, unknown>>;
    readonly loglevel: string;
    readonly color: boolean;
  }
  class Dredd {
    constructor(options: DreddOptions);
    run(callback: (error: Error | null | undefined, stats: unknown) => void): void;
  }
  export = Dredd;
}
