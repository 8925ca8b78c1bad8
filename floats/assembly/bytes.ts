// Owns the names of the bytes that lists of numbers are made of.
export const SPACE: u32 = 0x20;
export const COMMA: u32 = 0x2c;
export const MINUS: u32 = 0x2d;
export const POINT: u32 = 0x2e;
export const ZERO: u32 = 0x30;
export const CLOSE: u32 = 0x5d;
