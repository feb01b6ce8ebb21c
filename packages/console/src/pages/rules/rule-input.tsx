/** Which rule is meant: a loaded one, picked by its title, or a text that is not loaded yet. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { rulesQuery } from "../../api/queries.ts";
import { LogText } from "../../ui/log-text.tsx";

export interface ChosenRule {
  readonly id: string | undefined;
  readonly text: string;
}

const SHOWN = 8;

export function RuleInput(props: { readonly chosen: ChosenRule; readonly choose: (rule: ChosenRule) => void }) {
  const { chosen, choose } = props;
  const [words, setWords] = useState("");
  const found = useQuery({ ...rulesQuery({ q: words, limit: SHOWN }), enabled: words.length > 1 });
  return (
    <div className="stack-tight">
      <label className="field">
        <span>A loaded rule: title, id or technique</span>
        <input
          type="search"
          maxLength={200}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            choose({ ...chosen, id: undefined });
          }}
        />
      </label>
      {words.length > 1 && (
        <div className="chips wrap">
          {found.data?.items.map((rule) => (
            <button
              key={rule.id}
              type="button"
              className="toggle"
              aria-pressed={chosen.id === rule.id}
              onClick={() => choose({ id: rule.id, text: "" })}
            >
              <LogText text={rule.title} max={70} />
            </button>
          ))}
          {found.data?.items.length === 0 && <span className="muted small">No rule has these words.</span>}
        </div>
      )}
      <label className="field">
        <span>or the text of a rule (Sigma)</span>
        <textarea
          className="rule-text"
          spellCheck={false}
          value={chosen.text}
          placeholder={"title: ...\nlogsource: { product: windows, category: process_creation }\ndetection:\n  ..."}
          onChange={(event) => choose({ id: undefined, text: event.target.value })}
        />
      </label>
    </div>
  );
}
