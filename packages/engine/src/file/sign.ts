/**
 * What a file shows that speaks for malice, and how much each is worth.
 * The points are set by hand, not learnt: they say how rarely a program of good will shows the sign (see docs/files.md).
 * FS1. A sign counts once per file, however often it occurs; the sum is the score, so every addend can be read.
 */
export const POINTS = {
  "pe-injection-imports": 30,
  "pe-packed": 40,
  "pe-packer-name": 15,
  "pe-entry-writable": 25,
  "pe-entry-outside": 35,
  "pe-download-and-run": 30,
  "pe-embedded-program": 15,
  "pe-time-in-future": 5,
  "pe-damaged": 10,
  "elf-packed": 40,
  "elf-packer-name": 25,
  "elf-strange-interpreter": 60,
  "elf-strange-path": 30,
  "elf-writable-code": 10,
  "macho-writable-code": 15,
  "macro-autorun": 15,
  "macro-runs-programs": 25,
  "macro-downloads": 35,
  "macro-hides-text": 15,
  "office-dde": 60,
  "office-remote-template": 60,
  "office-remote-object": 35,
  "office-xlm-autorun": 55,
  "lnk-interpreter": 35,
  "lnk-hidden-arguments": 40,
  "lnk-remote": 40,
  "lnk-borrowed-icon": 20,
  "pdf-launch": 60,
  "pdf-javascript-on-open": 30,
  "pdf-embedded-program": 50,
  "html-smuggling": 60,
  "archive-double-extension": 60,
  "archive-path-escape": 60,
  "archive-bomb": 50,
  "archive-program-encrypted": 20,
  "script-download-and-run": 60,
  // Installers do it too, with a hash or a signature that a script does not show.
  "script-download-then-start": 35,
  "script-encoded-command": 25,
  "script-layers": 25,
  "script-hidden-window": 15,
  "script-amsi-bypass": 60,
  "script-destroys-recovery": 60,
  "script-disables-defence": 50,
  "script-reverse-shell": 70,
  "script-proxy-execution": 45,
  "script-dropper": 45,
  "script-memory-injection": 50,
  "script-pipe-to-shell": 10,
  "script-evaluates-packed": 30,
  "name-lies": 30,
} as const;

export type SignId = keyof typeof POINTS;

export interface Sign {
  readonly id: SignId;
  readonly detail: string;
  /** In the file, or in the member that `within` names. */
  readonly offset?: number;
  readonly within?: string;
}

export const DETAIL_MAX = 200;

export const sign = (id: SignId, detail: string, offset?: number): Sign => ({
  id,
  detail: detail.slice(0, DETAIL_MAX),
  ...(offset === undefined ? {} : { offset }),
});
