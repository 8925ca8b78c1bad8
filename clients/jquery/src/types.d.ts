// Owns the types that the files of this folder share and no page sees. These files are parts of one function, which
// ../templates/predict-schemata.js.mustache puts together; apart they are scripts that see one another's names.

/** What the contract says; the template holds it. */
declare const facts: PredictSchemata.Facts;

interface Window {
  readonly jQuery: JQueryStatic;
}

declare namespace PredictSchemata {
  /** One sound on its way into a call. */
  interface Piece {
    /** Its place among all. */
    readonly index: number;
    /** Of its instance's JSON text in UTF-8. */
    readonly bytes: number;
    /** Reads and encodes it. */
    instance(): Promise<object>;
  }
}
