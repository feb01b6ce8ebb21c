import type { WirePlaybook } from "@cordon/model/api/actions";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { playbooksQuery } from "../../api/queries.ts";
import { countText } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/facts.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import { DryRun } from "./dry-run.tsx";
import "./playbooks.css";

const route = getRouteApi("/playbooks");

export function PlaybooksPage() {
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const ask = useQuery(playbooksQuery);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Playbooks</h1>
      </header>
      <Loaded ask={ask} what="playbooks">
        {({ items }) => {
          const current = items.find((item) => item.id === id) ?? items[0];
          if (current === undefined) return <Empty icon="playbook" title="No playbook is loaded" />;
          return (
            <div className="split">
              <ul className="plain side-list" aria-label="Playbooks">
                {items.map((item) => (
                  <li key={item.id}>
                    <button
                      type="button"
                      aria-current={item.id === current.id ? "true" : undefined}
                      onClick={() => void navigate({ search: (before) => ({ ...before, id: item.id }), replace: true })}
                    >
                      <LogText text={item.title || item.name} />
                      <span className="row gap-1 small muted">
                        {countText(item.steps.length, "step")}
                        {!item.runnable && <Badge tone="bad">not runnable</Badge>}
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
              <Playbook key={current.id} playbook={current} />
            </div>
          );
        }}
      </Loaded>
    </div>
  );
}

const PROBLEM_TONE = { error: "bad", "not-runnable": "bad", warning: "warn" } as const;

function Playbook({ playbook }: { readonly playbook: WirePlaybook }) {
  return (
    <article className="stack grow">
      <header>
        <h2>
          <LogText text={playbook.title || playbook.name} />
        </h2>
        <p className="muted">
          <LogText text={playbook.description} />
        </p>
        <p className="muted small mono">
          <LogText text={playbook.source} /> · {playbook.digest.slice(0, 12)}
        </p>
      </header>
      {playbook.problems.length === 0 ? (
        <div className="notice tone-good">
          <Icon name="check" /> Lint found nothing.
        </div>
      ) : (
        <ul className="plain rows">
          {playbook.problems.map((problem) => (
            <li key={problem.where + problem.message} className={`notice tone-${PROBLEM_TONE[problem.level]}`}>
              <Icon name="alert" />
              <div>
                <b>{problem.level}</b> at <LogText text={problem.where} mono />: <LogText text={problem.message} />
              </div>
            </li>
          ))}
        </ul>
      )}
      <Section title="Steps">
        <ol className="flow">
          {playbook.steps.map((step) => (
            <li key={step.id}>
              <b>
                <LogText text={step.name || step.id} />
              </b>
              <Badge>{step.type}</Badge>
              {step.next.length > 0 && (
                <span className="muted small">
                  then <LogText text={step.next.map((next) => nameOf(playbook, next)).join(" or ")} />
                </span>
              )}
            </li>
          ))}
        </ol>
      </Section>
      <DryRun playbook={playbook} />
    </article>
  );
}

function nameOf(playbook: WirePlaybook, id: string): string {
  const step = playbook.steps.find((candidate) => candidate.id === id);
  return step?.name || id;
}
