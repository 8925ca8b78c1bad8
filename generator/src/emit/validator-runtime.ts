// Owns the few functions that generated validators need, as text that is written into them, so that they import nothing.

/** The formats of the contract. An unknown format is refused when a validator is made. */
export const FORMATS: readonly { name: string; type: 'string' | 'number'; code: string }[] = [
  // Two cheap checks instead of one pattern of groups of four, which overflows the stack at some megabytes.
  { name: 'byte', type: 'string', code: 'text => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)' },
  { name: 'date-time', type: 'string', code: dateTimeCode() },
  { name: 'uri', type: 'string', code: 'text => /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text) && URL.canParse(text)' },
  // A number that overflows a 32-bit float would become infinite in the model's input.
  { name: 'float', type: 'number', code: 'number => Number.isFinite(Math.fround(number))' },
  { name: 'double', type: 'number', code: 'number => Number.isFinite(number)' },
  { name: 'int32', type: 'number', code: 'number => Number.isInteger(number) && number === (number | 0)' },
  { name: 'int64', type: 'number', code: 'number => Number.isInteger(number) && Math.abs(number) <= 2 ** 63' },
];

/** What Ajv writes where a validator counts the code points of a text. */
export const UCS2_LENGTH_REQUIRE = 'require("ajv/dist/runtime/ucs2length").default';

/** The formats as one constant, under the name that the validators use. */
export function formatsText(): string {
  const lines = FORMATS.map(({ name, type, code }) => `  "${name}": { type: "${type}", validate: ${code} },`);
  return `const contractFormats = {\n${lines.join('\n')}\n};`;
}

/** JSON Schema counts code points (RFC 8259 characters), a JavaScript text counts UTF-16 units: a surrogate pair is one. */
export function ucs2LengthText(): string {
  return `const ucs2Length = text => {
  let pairs = 0;
  for (let i = 0; i + 1 < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      pairs++;
      i++;
    }
  }
  return text.length - pairs;
};`;
}

/** RFC 3339, section 5.6, with the day checked by the calendar. */
function dateTimeCode(): string {
  const form =
    '/^\\d{4}-\\d\\d-\\d\\dT([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$/i';
  const day = 'new Date(text.slice(0, 10) + "T00:00:00Z").toISOString().slice(0, 10) === text.slice(0, 10)';
  return `text => ${form}.test(text) && !Number.isNaN(Date.parse(text.slice(0, 10))) && ${day}`;
}
