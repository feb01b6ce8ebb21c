import { Kbd } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "Everywhere",
    [
      ["g q", "queue"],
      ["g a", "approvals"],
      ["g s", "search"],
      ["g r", "rules"],
      ["g i", "intelligence"],
      ["g f", "examine a file"],
      ["g m", "models"],
      ["g h", "model health"],
      ["g p", "playbooks"],
      ["g t", "status"],
      ["/", "search field"],
      ["Ctrl K", "go to anything"],
      ["Esc", "close the drawer or dialog"],
      ["?", "this help"],
    ],
  ],
  [
    "Queue",
    [
      ["j  k", "next, previous"],
      ["o", "preview"],
      ["Enter", "open"],
      ["x", "select"],
      ["a", "assign to me"],
      ["e", "close with verdict"],
      ["n", "show new incidents"],
      ["y", "copy link"],
    ],
  ],
  [
    "Incident",
    [
      ["1 … 7", "tabs"],
      ["[  ]", "previous, next tab"],
      ["Enter", "the next step"],
      ["a", "assign to me"],
      ["e", "close with verdict"],
      ["Arrows", "move in the story graph"],
    ],
  ],
  [
    "Approvals",
    [
      ["j  k", "next, previous"],
      ["a", "approve"],
      ["r", "deny"],
      ["o", "open the incident"],
    ],
  ],
];

export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose} wide>
      <div className="help">
        {KEYS.map(([where, keys]) => (
          <section key={where}>
            <h3>{where}</h3>
            <dl>
              {keys.map(([key, word]) => (
                <div key={key}>
                  <dt>
                    <Kbd>{key}</Kbd>
                    <span className="sr">{key}</span>
                  </dt>
                  <dd>{word}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="muted small">Shortcuts can be switched off in the menu of your name.</p>
    </Dialog>
  );
}
