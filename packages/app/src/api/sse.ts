/**
 * Server-sent events: every journal entry, in order, once per position. `id` is the journal position.
 * V1. a reader that falls behind its buffer is told to reset and fetch anew; it never slows anyone else.
 */
import type { ServerResponse } from "node:http";
import { isoTime } from "@cordon/model/time";
import type { Instance } from "../instance.ts";

const POLL_MS = 400;
const HEARTBEAT_MS = 15_000;
const BATCH = 500;
const BUFFER_BYTES_MAX = 1024 * 1024;
const BEHIND_MAX = 5_000; // more entries than this behind: cheaper to fetch the page anew

export interface EventStream {
  join(socket: ServerResponse, after: number | undefined): void;
  close(): void;
}

interface Reader {
  readonly socket: ServerResponse;
  position: number;
}

export function makeStream(instance: Instance): EventStream {
  const readers = new Set<Reader>();
  let closed = false;
  let busy = false;

  const tick = async (): Promise<void> => {
    if (busy || closed || readers.size === 0) return;
    busy = true;
    try {
      const head = await instance.journal.position();
      for (const reader of readers) await feed(instance, reader, head);
    } catch (error) {
      instance.fault(error);
    } finally {
      busy = false;
    }
  };
  const poll = setInterval(() => void tick(), POLL_MS);
  const beat = setInterval(() => {
    for (const { socket } of readers) socket.write(`: ${isoTime(instance.runtime.now())}\n\n`);
  }, HEARTBEAT_MS);

  return {
    join(socket, after) {
      const reader: Reader = { socket, position: after ?? -1 };
      readers.add(reader);
      socket.on("close", () => readers.delete(reader));
      socket.write("retry: 2000\n\n");
      void tick();
    },
    close() {
      closed = true;
      clearInterval(poll);
      clearInterval(beat);
      for (const { socket } of readers) socket.end();
      readers.clear();
    },
  };
}

async function feed(instance: Instance, reader: Reader, head: number): Promise<void> {
  if (reader.position < 0) {
    reader.position = head;
    reader.socket.write(`id: ${head}\nevent: hello\ndata: {"position":${head}}\n\n`);
    return;
  }
  if (reader.position >= head) return;
  if (head - reader.position > BEHIND_MAX || reader.socket.writableLength > BUFFER_BYTES_MAX) {
    reader.position = head;
    reader.socket.write(`id: ${head}\nevent: reset\ndata: {"position":${head}}\n\n`);
    return;
  }
  for (const { position, incident, entry } of await instance.journal.entriesAfter(reader.position, BATCH)) {
    const message = { position, incident, kind: entry.kind, at: entry.at, by: entry.by };
    reader.socket.write(`id: ${position}\nevent: entry\ndata: ${JSON.stringify(message)}\n\n`);
    reader.position = position;
  }
}
