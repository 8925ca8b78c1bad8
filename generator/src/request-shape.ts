// Owns the vocabulary in which a request's schema is handed to the byte parser: a small, closed subset of the OpenAPI
// Schema Object. `pnpm generate` writes this file's text to generated/ts/request-shape.gen.ts; it imports nothing.

/** A JSON string; lengths count Unicode code points as JSON Schema does. `pattern` is an ECMA-262 source, used with the `u` flag. */
export interface StringShape {
  readonly kind: 'string';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

/** A JSON string of padded standard base64 (`format: byte`), read as the decoded bytes. `maxLength` counts base64 characters. */
export interface BytesShape {
  readonly kind: 'bytes';
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** A JSON array of finite numbers (`type: array`, items `format: float`), read as a Float32Array. */
export interface FloatArrayShape {
  readonly kind: 'float-array';
  readonly minItems: number;
  readonly maxItems: number;
}

/** A JSON number; `integer` also refuses fractions (1.0 is an integer, as in JSON Schema). */
export interface NumberShape {
  readonly kind: 'number' | 'integer';
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface BooleanShape {
  readonly kind: 'boolean';
}

export type ValueShape = StringShape | BytesShape | FloatArrayShape | NumberShape | BooleanShape;

/** One closed object (`additionalProperties: false`) and which of its properties must stand in it. */
export interface ObjectShape {
  /** The schema's title, for example `HearInputBytes`. */
  readonly name: string;
  readonly properties: Readonly<Record<string, ValueShape>>;
  readonly required: readonly string[];
}

/** What one algorithm's predict body may hold beside the envelope that all algorithms share. */
export interface RequestShape {
  /** One entry per named variant of the instance; an instance is exactly one of them. Each has a required property of its own. */
  readonly variants: readonly ObjectShape[];
  readonly parameters: ObjectShape;
}
