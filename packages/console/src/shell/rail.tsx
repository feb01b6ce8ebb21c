import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useLiveState } from "../api/live-provider.tsx";
import { approvalsQuery, meQuery } from "../api/queries.ts";
import { Kbd } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";

interface Place {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly word: string;
  readonly icon: IconName;
  readonly keys: string;
}

const PLACES: readonly Place[] = [
  { to: "/", word: "Queue", icon: "queue", keys: "g q" },
  { to: "/approvals", word: "Approvals", icon: "approve", keys: "g a" },
  { to: "/search", word: "Search", icon: "search", keys: "g s" },
];
const WORKS: readonly Place[] = [
  { to: "/rules", word: "Rules", icon: "rules", keys: "g r" },
  { to: "/intel", word: "Intelligence", icon: "eye", keys: "g i" },
  { to: "/files", word: "Files", icon: "file", keys: "g f" },
  { to: "/models/registry", word: "Models", icon: "check", keys: "g m" },
  { to: "/models/health", word: "Model health", icon: "clock", keys: "g h" },
  { to: "/playbooks", word: "Playbooks", icon: "playbook", keys: "g p" },
  { to: "/status", word: "Status", icon: "status", keys: "g t" },
];

export function Rail() {
  const me = useQuery(meQuery).data;
  const waiting = useQuery(approvalsQuery).data?.items.length ?? 0;
  return (
    <nav className="rail" aria-label="Pages">
      <Link to="/" className="brand" aria-label="Cordon, to the queue">
        <Mark />
        <span className="rail-word">Cordon</span>
      </Link>
      {PLACES.map((place) => (
        <PlaceLink key={place.to} place={place} count={place.to === "/approvals" ? waiting : 0} />
      ))}
      <div className="rail-rule" />
      {WORKS.map((place) => (
        <PlaceLink key={place.to} place={place} count={0} />
      ))}
      {me?.role === "admin" && (
        <PlaceLink place={{ to: "/tokens", word: "Tokens", icon: "token", keys: "" }} count={0} />
      )}
      <div className="rail-foot">
        <Live />
        <span className="rail-word muted small">{me === undefined ? "" : `v${me.version}`}</span>
      </div>
    </nav>
  );
}

function PlaceLink({ place, count }: { readonly place: Place; readonly count: number }) {
  return (
    <Link
      to={place.to}
      className="rail-link"
      activeOptions={{ exact: place.to === "/", includeSearch: false }}
      activeProps={{ className: "rail-on", "aria-current": "page" }}
      title={place.word}
    >
      <Icon name={place.icon} size={17} />
      <span className="rail-word">{place.word}</span>
      {count > 0 ? (
        <span className="count count-hot">
          {count}
          <span className="sr"> waiting</span>
        </span>
      ) : (
        place.keys !== "" && <Kbd>{place.keys}</Kbd>
      )}
    </Link>
  );
}

function Live() {
  const state = useLiveState();
  const word = { connecting: "Connecting", live: "Live", lost: "Reconnecting" }[state];
  return (
    <span className={`live live-${state}`} role="status" title={`Live updates: ${word}`}>
      <span className="live-dot" aria-hidden="true" />
      <span className="rail-word">{word}</span>
    </span>
  );
}

export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" focusable="false">
      <circle
        className="mark-ring"
        cx="16"
        cy="16"
        r="11"
        fill="none"
        strokeWidth="3.4"
        strokeDasharray="52 17"
        strokeLinecap="round"
        transform="rotate(-40 16 16)"
      />
      <circle className="mark-dot" cx="16" cy="16" r="3.8" />
    </svg>
  );
}
