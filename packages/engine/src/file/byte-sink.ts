/** Where unpacked bytes gather: grows as they come and never beyond `max`. */
export interface ByteSink {
  /** False when it is full. */
  readonly put: (byte: number) => boolean;
  readonly taken: () => Uint8Array;
}

export function makeByteSink(max: number, expected: number): ByteSink {
  let out = new Uint8Array(Math.min(max, Math.max(1_024, expected)));
  let size = 0;
  return {
    put: (byte) => {
      if (size >= max) return false;
      if (size === out.length) {
        const larger = new Uint8Array(Math.min(max, out.length * 2));
        larger.set(out);
        out = larger;
      }
      out[size] = byte;
      size += 1;
      return true;
    },
    taken: () => out.subarray(0, size),
  };
}
