/**
 * Logs of lines that name their own columns: Zeek (`#separator`, `#fields`, `#types`, `#path`), the W3C extended format
 * (`#Fields:` of IIS, Windows Firewall, CDNs), and VPC flow logs in S3, whose first line is a row of names.
 * In: frames of lines, in order. Out: rows as `csv` frames with the header in force in `meta`; the directives themselves are
 * framing and no records. Lines of any other log leave exactly as they came.
 *
 * LH1. A later header replaces the earlier one from the next row on: servers write it anew after each restart.
 * LH2. A comment that is no known directive stays a line.
 */
import type { Frame } from "./frame.ts";

export type Meta = Readonly<Record<string, string>>;

export interface LineHeader {
  take(frame: Frame): readonly Frame[];
  /** What is in force after the lines taken so far, for who goes on later; undefined before any directive. */
  state(): Meta | undefined;
}

const HASH = 35;
const ZEEK = /^#(separator|set_separator|empty_field|unset_field|path|open|close|fields|types)(?:[ \t](.*))?$/s;
const W3C = /^#(Software|Version|Date|Fields|Remark|Start-Date|End-Date|Time Format): ?(.*)$/is;
/** A header is a line of names; a longer one is no header. */
const DIRECTIVE_BYTES_MAX = 64 * 1024;

export function makeLineHeader(from?: Meta): LineHeader {
  let meta = from;
  return {
    take(frame) {
      const { bytes } = frame;
      if (frame.format !== "auto") return [frame];
      if (bytes[0] === HASH && bytes.length <= DIRECTIVE_BYTES_MAX) {
        const next = directive(Buffer.from(bytes).toString(), meta);
        if (next !== undefined) {
          meta = next;
          return [];
        }
      }
      const names = flowNames(bytes);
      if (names !== undefined) {
        meta = { dialect: "w3c", header: names };
        return [];
      }
      if (meta?.header === undefined) return [frame];
      return [{ ...frame, format: "csv", meta: frame.meta === undefined ? meta : { ...meta, ...frame.meta } }];
    },
    state: () => meta,
  };
}

/** Columns may be chosen, but no flow is without an end, and all names are AWS's. */
const FLOW_NAME =
  /^(?:version|account-id|interface-id|(?:pkt-)?(?:src|dst)addr|(?:src|dst)port|protocol|packets|bytes|start|end|action|log-status|(?:vpc|subnet|instance|az|resource)-id|tcp-flags|type|region|sublocation-(?:type|id)|pkt-(?:src|dst)-aws-service|flow-direction|traffic-path|reject-reason|encryption-status|ecs-[a-z-]{2,40})$/;
const FLOW_NAMES_MIN = 4;
const FLOW_BYTES_MAX = 1_024;

function flowNames(bytes: Uint8Array): string | undefined {
  const first = bytes[0] ?? 0;
  if (first < 97 || first > 122 || bytes.length > FLOW_BYTES_MAX) return undefined;
  const text = Buffer.from(bytes).toString("latin1").trim();
  if (!text.includes("addr")) return undefined;
  const names = text.split(" ");
  return names.length >= FLOW_NAMES_MIN && names.every((name) => FLOW_NAME.test(name)) ? text : undefined;
}

function directive(text: string, before: Meta | undefined): Meta | undefined {
  const zeek = ZEEK.exec(text);
  if (zeek !== null) return zeekMeta(zeek[1] ?? "", zeek[2] ?? "", before);
  const w3c = W3C.exec(text);
  if (w3c === null) return undefined;
  const name = (w3c[1] ?? "").toLowerCase();
  const value = (w3c[2] ?? "").trim();
  if (name === "fields") return { ...before, dialect: "w3c", header: value };
  return name === "software" ? { ...before, software: value.slice(0, 100) } : (before ?? {});
}

function zeekMeta(name: string, value: string, before: Meta | undefined): Meta | undefined {
  // Other tools write comments too: Zeek's first directive is always the separator.
  if (name !== "separator" && before?.dialect !== "zeek") return undefined;
  switch (name) {
    case "separator":
      return { dialect: "zeek", delimiter: unescaped(value) };
    case "fields":
      return { ...before, header: value };
    case "set_separator":
    case "empty_field":
    case "unset_field":
    case "path":
    case "types":
      return { ...before, [name]: value };
    default:
      return before;
  }
}

const unescaped = (text: string): string =>
  text.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
