/** A decision about what was learnt is given in writing: who, when and why stand in the journal. */
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failed } from "../../ui/state.tsx";

interface Choice<K extends string> {
  readonly key: K;
  readonly word: string;
  readonly means: string;
}

interface Props<K extends string> {
  readonly title: string;
  readonly about: ReactNode;
  readonly choices: readonly Choice<K>[];
  readonly first?: K;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onGive: (choice: K, reason: string) => void;
}

const REASON_MIN = 10;

export function ReasonDialog<K extends string>(props: Props<K>) {
  const { title, about, choices, pending, error, onClose, onGive } = props;
  const [choice, setChoice] = useState<K | undefined>(props.first);
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (choice !== undefined && reason.trim().length >= REASON_MIN) onGive(choice, reason.trim());
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} className="stack">
        <p>{about}</p>
        <fieldset className="choices">
          <legend>Your answer</legend>
          {choices.map(({ key, word, means }) => (
            <label key={key} className="choice">
              <input type="radio" name="choice" checked={choice === key} onChange={() => setChoice(key)} required />
              <span>
                <b>{word}</b>
                <span className="muted choice-means">{means}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label className="field">
          Why? It stands in the journal and in the report, with your name
          <textarea
            required
            minLength={REASON_MIN}
            maxLength={2_000}
            rows={3}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {error ? <Failed error={error} /> : null}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button submit look="primary" disabled={pending || choice === undefined}>
            {pending ? "Working…" : "Give answer"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
