/** The sources there are, by the name under which the configuration asks for them. Written by hand; one line per source. */
import { makeFilesSource } from "./files/files.ts";
import { makePushIntake } from "./http/push.ts";
import { makeMailFolderSource } from "./mailbox/folder.ts";
import { makeMailboxSource } from "./mailbox/mailbox.ts";
import { makeSyslogSource } from "./syslog/syslog.ts";
import { makeTailSource } from "./tail/tail.ts";

export const SOURCES = {
  files: makeFilesSource,
  mailbox: makeMailboxSource,
  "mail-folder": makeMailFolderSource,
  tail: makeTailSource,
  syslog: makeSyslogSource,
  /** Not a `Source` that runs by itself: the API route hands it bodies. */
  http: makePushIntake,
} as const;

export type SourceKind = keyof typeof SOURCES;
