/** Ctrl or Cmd K: go to a page or an incident by typing a part of its name. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useState } from "react";
import { call } from "../api/client.ts";
import { Dialog } from "../ui/dialog.tsx";
import { LogText } from "../ui/log-text.tsx";

interface Choice {
  readonly key: string;
  readonly word: string;
  readonly aside: string;
  readonly go: () => void;
}

const INCIDENTS_SHOWN = 8;

export function Palette() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((before) => !before);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return open ? <PaletteDialog onClose={() => setOpen(false)} /> : null;
}

function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const choices = useChoices(text.trim(), onClose);
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && choices.length > 0) {
      event.preventDefault();
      setAt((at + step + choices.length) % choices.length);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      choices[at]?.go();
    }
  };
  return (
    <Dialog title="Go to" onClose={onClose}>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={choices[at] ? `palette-${at}` : undefined}
        aria-label="Page, incident, or text to search"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id="palette-list" role="listbox" aria-label="Results" className="palette">
        {choices.map((choice, i) => (
          <button
            key={choice.key}
            id={`palette-${i}`}
            type="button"
            role="option"
            aria-selected={i === at}
            tabIndex={-1}
            onClick={choice.go}
          >
            <LogText text={choice.word} max={70} />
            <span className="muted small">{choice.aside}</span>
          </button>
        ))}
      </div>
    </Dialog>
  );
}

function useChoices(text: string, onClose: () => void): readonly Choice[] {
  const navigate = useNavigate();
  const found = useQuery({
    queryKey: ["incidents", "palette", text],
    queryFn: ({ signal }) =>
      call("listIncidents", { query: { limit: INCIDENTS_SHOWN, ...(text === "" ? {} : { q: text }) }, signal }),
  });
  const then = (move: () => unknown) => () => {
    onClose();
    void move();
  };
  const pages: readonly Choice[] = [
    { key: "q", word: "Queue", aside: "page", go: then(() => navigate({ to: "/" })) },
    { key: "a", word: "Approvals", aside: "page", go: then(() => navigate({ to: "/approvals" })) },
    { key: "s", word: "Search", aside: "page", go: then(() => navigate({ to: "/search" })) },
    { key: "r", word: "Rules", aside: "page", go: then(() => navigate({ to: "/rules" })) },
    { key: "m", word: "Models", aside: "page", go: then(() => navigate({ to: "/models/registry" })) },
    { key: "h", word: "Model health", aside: "page", go: then(() => navigate({ to: "/models/health" })) },
    {
      key: "groups",
      word: "Groups: are all judged alike",
      aside: "page",
      go: then(() => navigate({ to: "/models/groups" })),
    },
    { key: "reviews", word: "Second reviews", aside: "page", go: then(() => navigate({ to: "/models/reviews" })) },
    { key: "f", word: "Examine a file", aside: "page", go: then(() => navigate({ to: "/files" })) },
    { key: "i", word: "Intelligence", aside: "page", go: then(() => navigate({ to: "/intel" })) },
    { key: "p", word: "Playbooks", aside: "page", go: then(() => navigate({ to: "/playbooks" })) },
    { key: "t", word: "Status", aside: "page", go: then(() => navigate({ to: "/status" })) },
  ];
  const incidents = (found.data?.items ?? []).map((incident) => ({
    key: incident.id,
    word: incident.title,
    aside: `${incident.id} · ${Math.round(incident.priority)}`,
    go: then(() => navigate({ to: "/incidents/$id", params: { id: incident.id } })),
  }));
  const searching: readonly Choice[] =
    text === ""
      ? []
      : [
          {
            key: "find",
            word: `Search events for “${text}”`,
            aside: "search",
            go: then(() => navigate({ to: "/search", search: { q: text } })),
          },
        ];
  return [...pages.filter((page) => page.word.toLowerCase().includes(text.toLowerCase())), ...incidents, ...searching];
}
