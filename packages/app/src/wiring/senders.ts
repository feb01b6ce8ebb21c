/**
 * Who writes to the organisation, learnt from its mail logs on the way through the stream. It finds nothing by itself: it is
 * asked when a reported mail is judged, and kept with the other ways' memories.
 */
import { makeSenderBook, type SenderBook } from "@cordon/engine/phishing/sender-book";
import type { Way } from "@cordon/engine/stream/detect/join-ways";
import { makeSenderWay } from "@cordon/engine/stream/detect/senders/way";

export function openSenders(): { readonly book: SenderBook; readonly way: Way } {
  const book = makeSenderBook();
  return { book, way: makeSenderWay(book) };
}
