/** A citation as something to press: opens the event beside the page, and has its own address. */
import { Link } from "@tanstack/react-router";
import { Icon } from "./icon.tsx";

const SHOWN_CHARS = 8;

export function EventChip({ id, label }: { readonly id: string; readonly label?: string }) {
  return (
    <Link
      to="."
      search={(before: Record<string, unknown>) => ({ ...before, event: id })}
      className="chip chip-event"
      title={`Open event ${id}`}
    >
      <Icon name="eye" size={12} />
      <span className="mono">{label ?? eventLabel(id)}</span>
    </Link>
  );
}

/** First characters of the record id and the index: enough to tell the chips of one page apart. */
export function eventLabel(id: string): string {
  const dash = id.lastIndexOf("-");
  const record = dash < 0 ? id : id.slice(0, dash);
  const index = dash < 0 ? "" : id.slice(dash);
  return `${record.slice(0, SHOWN_CHARS)}${index === "-0" ? "" : index}`;
}

export function EventChips({ ids, max = 4 }: { readonly ids: readonly string[]; readonly max?: number }) {
  return (
    <span className="chips">
      {ids.slice(0, max).map((id) => (
        <EventChip key={id} id={id} />
      ))}
      {ids.length > max && <span className="muted small">+{ids.length - max}</span>}
    </span>
  );
}
