/** The bytes of `pack.ts` and `unpack.ts`: what each value begins with. */

export type Packable = number | string | readonly Packable[] | { readonly [key: string]: Packable };

export class PackError extends Error {}

export const TAG = { record: 0, list: 1, numbers: 2, times: 3, latin: 4, wide: 5, hex: 6, number: 7 } as const;

/** What a key begins with: any text; a known name, a bar and a rest; a known name. */
export const KEY = { text: 0, headed: 1, known: 2 } as const;

/** First byte of a number: below `SMALL` it is the number itself. */
export const SMALL = 244;
export const NUMBER = { u16: 244, u32: 245, u48: 246, f32: 247, f64: 248, negative: 249 } as const;

/** 32 hex digits, a dash, a short number: ids of events. */
export const HEX_DIGITS = 32;

/** What is remembered has three levels; deeper is none of ours. */
export const DEPTH_MAX = 8;
