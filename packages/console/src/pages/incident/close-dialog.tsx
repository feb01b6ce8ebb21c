/** Closing asks what it was and why: that answer is what Cordon learns from. */
import { VERDICTS, type Verdict } from "@cordon/model/incident";
import { LEVELS, type Level } from "@cordon/model/rule";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client.ts";
import { countText, VERDICT_MEANING, VERDICT_WORD } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failed } from "../../ui/state.tsx";
import { useToasts } from "../../ui/toast.tsx";

interface Props {
  readonly ids: readonly string[];
  readonly suggest?: Verdict;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function CloseDialog({ ids, suggest, onClose, onDone }: Props) {
  const [verdict, setVerdict] = useState<Verdict | undefined>();
  const [note, setNote] = useState("");
  const [severity, setSeverity] = useState<Level | undefined>();
  const close = useClose(ids, onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (verdict !== undefined && note.trim() !== "")
      close.mutate({ verdict, note: note.trim(), ...(severity && { severity }) });
  };
  return (
    <Dialog
      title={ids.length === 1 ? `Close ${ids[0]}` : `Close ${countText(ids.length, "incident")}`}
      onClose={onClose}
    >
      <form onSubmit={submit} className="stack">
        <fieldset className="choices">
          <legend>What was it?</legend>
          {VERDICTS.map((choice) => (
            <label key={choice} className="choice">
              <input
                type="radio"
                name="verdict"
                value={choice}
                checked={verdict === choice}
                onChange={() => setVerdict(choice)}
                required
              />
              <span>
                <b>{VERDICT_WORD[choice]}</b>
                {suggest === choice && <span className="muted small"> the investigator leans to this</span>}
                <span className="muted choice-means">{VERDICT_MEANING[choice]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label className="field">
          Why? The next analyst reads this
          <textarea
            required
            maxLength={10_000}
            rows={4}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </label>
        <label className="field">
          How severe was it in the end? (optional; Cordon learns from it)
          <select
            value={severity ?? ""}
            onChange={(event) => setSeverity(LEVELS.find((level) => level === event.target.value))}
          >
            <option value="">as the rules said</option>
            {LEVELS.map((level) => (
              <option key={level} value={level}>
                {level}
              </option>
            ))}
          </select>
        </label>
        {close.error && <Failed error={close.error} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button submit look="primary" disabled={verdict === undefined || note.trim() === "" || close.isPending}>
            Close {ids.length > 1 ? "all" : "incident"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useClose(ids: readonly string[], onDone: () => void) {
  const client = useQueryClient();
  const { say } = useToasts();
  return useMutation({
    mutationFn: async (body: { readonly verdict: Verdict; readonly note: string; readonly severity?: Level }) => {
      for (const id of ids) {
        const incident = await call("closeIncident", { params: { id }, body });
        client.setQueryData(["incident", id], incident);
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["incidents"] }),
    onSuccess: () => {
      say(ids.length === 1 ? `${ids[0]} is closed.` : `${countText(ids.length, "incident")} closed.`);
      onDone();
    },
  });
}
