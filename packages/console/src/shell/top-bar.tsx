import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { meQuery } from "../api/queries.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { type Theme, useSettings } from "../ui/settings.tsx";
import { KillSwitch } from "./kill-switch.tsx";
import { PersonMenu } from "./person-menu.tsx";

export function TopBar({ onHelp }: { readonly onHelp: () => void }) {
  const me = useQuery(meQuery).data;
  const { zone, change } = useSettings();
  return (
    <header className="top">
      <QuickSearch />
      <div className="top-end">
        {me?.demo && (
          <Badge tone="info" title="Made-up data: our own generator plays an attack">
            Demo data
          </Badge>
        )}
        {me && (
          <Badge tone={me.mode === "auto" ? "warn" : "neutral"} title={MODE_MEANS[me.mode]}>
            {me.mode === "auto" ? "Automatic" : "Assisted"}
          </Badge>
        )}
        {me && <KillSwitch me={me} />}
        <Button
          small
          look="ghost"
          onClick={() => change({ zone: zone === "utc" ? "local" : "utc" })}
          title="Times in UTC or in the time of this machine"
          aria-label={`Times are shown in ${zone === "utc" ? "UTC" : "local time"}; switch`}
        >
          {zone === "utc" ? "UTC" : "Local"}
        </Button>
        <ThemeSwitch />
        <Button small look="ghost" icon="help" aria-label="Keys and help" title="Keys and help (?)" onClick={onHelp} />
        {me && <PersonMenu me={me} />}
      </div>
    </header>
  );
}

const MODE_MEANS = {
  auto: "Automatic: policy may carry out actions without a person",
  assisted: "Assisted: every containment waits for a person",
} as const;

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { system: "dark", dark: "light", light: "system" };
const THEME_WORD: Readonly<Record<Theme, string>> = { system: "as the system", dark: "dark", light: "light" };
const THEME_ICON = { system: "contrast", dark: "moon", light: "sun" } as const;

function ThemeSwitch() {
  const { theme, change } = useSettings();
  const next = NEXT_THEME[theme];
  const text = `Theme: ${THEME_WORD[theme]}. Switch to ${THEME_WORD[next]}`;
  return (
    <Button
      small
      look="ghost"
      icon={THEME_ICON[theme]}
      aria-label={text}
      title={text}
      onClick={() => change({ theme: next })}
    />
  );
}

/** What looks like an id opens; everything else searches the events. */
function QuickSearch() {
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const go = (event: FormEvent) => {
    event.preventDefault();
    const q = text.trim();
    if (q === "") return;
    if (/^INC-[0-9A-Z]+$/i.test(q)) void navigate({ to: "/incidents/$id", params: { id: q.toUpperCase() } });
    else if (/^[0-9a-f]{32}-\d+$/.test(q)) void navigate({ to: "/events/$id", params: { id: q } });
    else void navigate({ to: "/search", search: { q } });
    setText("");
  };
  return (
    <search className="quick">
      <form onSubmit={go}>
        <Icon name="search" />
        <input
          data-search
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="Search events, or paste an incident or event id"
          aria-label="Search events, or open an incident or event by its id"
          maxLength={500}
        />
        <span className="kbd" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
}
