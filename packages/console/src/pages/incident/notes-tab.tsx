import type { WireIncident } from "@cordon/model/api/incidents";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client.ts";
import { journalQuery } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Failed, Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { journalLines } from "./journal-lines.ts";

export function NotesTab({ incident }: { readonly incident: WireIncident }) {
  return (
    <div className="columns">
      <Section title="Notes">
        <ul className="plain rows notes">
          {incident.notes.map((note) => (
            <li key={note.at + note.by + note.text} className="note">
              <div className="small muted">
                <LogText text={note.by} /> · <Time at={note.at} relative="both" />
              </div>
              <LogText text={note.text} className="pre" lines />
            </li>
          ))}
          {incident.notes.length === 0 && <li className="muted">No notes yet.</li>}
        </ul>
        <AddNote id={incident.id} />
      </Section>
      <Section title="Journal">
        <Journal id={incident.id} />
      </Section>
    </div>
  );
}

function AddNote({ id }: { readonly id: string }) {
  const [text, setText] = useState("");
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: () => call("addNote", { params: { id }, body: { text: text.trim() } }),
    onSuccess: (incident) => {
      client.setQueryData(["incident", id], incident);
      void client.invalidateQueries({ queryKey: ["journal", id] });
      setText("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") add.mutate();
  };
  return (
    <form onSubmit={submit} className="stack">
      <label className="field">
        New note
        <textarea rows={4} maxLength={10_000} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      {add.error && <Failed error={add.error} />}
      <div className="row end">
        <Button submit look="primary" disabled={text.trim() === "" || add.isPending}>
          Add note
        </Button>
      </div>
    </form>
  );
}

const ENTRIES_SHOWN = 200;
const WHAT_CHARS = 240;

function Journal({ id }: { readonly id: string }) {
  const ask = useQuery(journalQuery(id));
  return (
    <Loaded ask={ask} what="journal">
      {({ items }) => (
        <ol className="plain journal">
          {journalLines(items)
            .slice(-ENTRIES_SHOWN)
            .reverse()
            .map(({ position, at, by, word, what }) => (
              <li key={position}>
                <span className="muted small">{at !== undefined && <Time at={at} />}</span>
                <span>
                  <b>{word}</b>{" "}
                  <span className="muted">
                    by <LogText text={by} />
                  </span>
                  {what !== "" && (
                    <span className="journal-what">
                      <LogText text={what} max={WHAT_CHARS} />
                    </span>
                  )}
                </span>
              </li>
            ))}
        </ol>
      )}
    </Loaded>
  );
}
