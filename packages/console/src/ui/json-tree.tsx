/** A raw event as a tree: every key and value as log text, cited places marked. */
import { pointerTo } from "@cordon/model/view";
import { LogText } from "./log-text.tsx";

interface Props {
  readonly value: unknown;
  readonly pointer: string;
  readonly cited: ReadonlySet<string>;
}

/** Deeper or longer than this stays folded behind a count: the page must open whatever the record holds. */
const DEPTH_MAX = 12;
const MEMBERS_MAX = 300;

export function JsonTree(props: Props) {
  return (
    <div className="json mono">
      <Node {...props} depth={0} />
    </div>
  );
}

function Node({ value, pointer, cited, depth }: Props & { readonly depth: number }) {
  if (typeof value !== "object" || value === null) return <Scalar value={value} />;
  const members = Object.entries(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (members.length === 0) return <span className="json-punct">{`${open}${close}`}</span>;
  if (depth >= DEPTH_MAX) return <span className="muted">{`${open} ${members.length} more ${close}`}</span>;
  return (
    <ul className="json-list">
      {members.slice(0, MEMBERS_MAX).map(([key, member]) => (
        <Member key={key} name={key} value={member} pointer={pointerTo(pointer, key)} cited={cited} depth={depth} />
      ))}
      {members.length > MEMBERS_MAX && <li className="muted">{members.length - MEMBERS_MAX} more members not shown</li>}
    </ul>
  );
}

function Member({ name, value, pointer, cited, depth }: Props & { readonly name: string; readonly depth: number }) {
  const isCited = cited.has(pointer);
  return (
    <li className={isCited ? "json-row json-cited" : "json-row"}>
      <span className="json-key">
        {isCited && (
          <span className="json-flag" title="A claim or a rule rests on this field">
            cited
          </span>
        )}
        <LogText text={name} />
      </span>
      <Node value={value} pointer={pointer} cited={cited} depth={depth + 1} />
    </li>
  );
}

function Scalar({ value }: { readonly value: unknown }) {
  if (typeof value === "string") return <LogText text={value} className="json-string" />;
  return <span className={`json-${value === null ? "null" : typeof value}`}>{String(value)}</span>;
}
