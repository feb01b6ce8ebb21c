/**
 * Words that are appended one by one and taken once, in order.
 *
 * L1. Room is given back the moment it is no longer needed. Buffers that can be resized lie in pages of their own; room from
 *     the common heap stays with the process for as long as anything lies above it.
 */

/** Appended here first: a resizable buffer takes a long stretch as fast as one word. */
const TAIL_WORDS = 320;
/** Only reserved, not used; a longer log has several. */
const CHUNK_BYTES_MAX = 2 * 1_024 * 1_024;
const WORD = Int32Array.BYTES_PER_ELEMENT;

export class WordLog {
  length = 0;
  private chunks: ArrayBuffer[] = [];
  private tail = new Int32Array(0);
  private fill = 0;

  push(word: number): void {
    if (this.fill === this.tail.length) this.flush();
    this.tail[this.fill] = word;
    this.fill += 1;
    this.length += 1;
  }

  private flush(): void {
    if (this.tail.length === 0) this.tail = new Int32Array(TAIL_WORDS);
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || chunk.byteLength + this.fill * WORD > CHUNK_BYTES_MAX) {
      chunk = new ArrayBuffer(0, { maxByteLength: CHUNK_BYTES_MAX });
      this.chunks.push(chunk);
    }
    const at = chunk.byteLength;
    chunk.resize(at + this.fill * WORD);
    new Int32Array(chunk, at).set(this.tail.subarray(0, this.fill));
    this.fill = 0;
  }

  /** Stretches of words; the log is empty afterwards. A stretch is of use until the next one. */
  *drain(): Generator<Int32Array, void> {
    for (const chunk of this.chunks) {
      yield new Int32Array(chunk);
      chunk.resize(0);
    }
    if (this.fill > 0) yield this.tail.subarray(0, this.fill);
    this.chunks = [];
    this.tail = new Int32Array(0);
    this.fill = 0;
    this.length = 0;
  }
}
