/** The only way a string from a log reaches the page: as text, isolated, with everything invisible made visible. */
import { memo } from "react";
import { shorten, type TextPart, visibleParts } from "../format/visible-text.ts";

interface Props {
  readonly text: string;
  /** Cut in the middle beyond this many characters; the whole text stays in the title. */
  readonly max?: number;
  readonly mono?: boolean;
  readonly className?: string;
  /** Text that a person wrote in lines: line feeds break the line instead of showing as marks. */
  readonly lines?: boolean;
}

/** A title is a hint, not a document: beyond this the drawer shows the rest. */
const TITLE_MAX = 2_000;

export const LogText = memo(function LogText({ text, max, mono, className, lines }: Props) {
  const shown = max === undefined ? text : shorten(text, max);
  const classes = ["log", mono ? "mono" : "", className ?? ""].filter(Boolean).join(" ");
  const cut = shown !== text;
  return (
    <bdi className={classes} {...(cut ? { title: visibleTitle(text) } : {})}>
      {visibleParts(shown).map((part) => (
        <Part key={part.at} part={part} lines={lines === true} />
      ))}
    </bdi>
  );
});

function Part({ part, lines }: { readonly part: TextPart; readonly lines: boolean }) {
  if (part.kind === "text") return part.text;
  if (lines && part.char === "\n") return <br />;
  return (
    <span className="log-mark" title={part.title}>
      {part.label}
    </span>
  );
}

function visibleTitle(text: string): string {
  return visibleParts(text.slice(0, TITLE_MAX))
    .map((part) => (part.kind === "text" ? part.text : `[${part.label}]`))
    .join("");
}
