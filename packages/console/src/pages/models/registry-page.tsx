/** Triage models: which one serves, what waits in shadow, the verdicts there are, and each model's card. */
import type { WireModelList, WireModelRecord } from "@cordon/model/api/models";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { call } from "../../api/client.ts";
import { meQuery, modelCardQuery, modelsQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { countText, type Tone } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { Compare } from "./compare.tsx";
import { figureOf } from "./figure-of.ts";
import { ModelsNav } from "./models-nav.tsx";
import { RollBack } from "./roll-back.tsx";
import "./health.css";
import "./registry.css";

const here = getRouteApi("/models/registry");
const TONE: Readonly<Record<WireModelRecord["status"], Tone>> = {
  champion: "good",
  shadow: "info",
  retired: "neutral",
};

export function RegistryPage() {
  const ask = useQuery(modelsQuery);
  const { id } = here.useSearch();
  return (
    <div className="page">
      <header className="page-head">
        <h1>Models</h1>
        <ModelsNav />
      </header>
      <div className="stack">
        {ask.data && <p className="muted">{ask.data.why}</p>}
        <Loaded ask={ask} what="models">
          {(list) => (
            <>
              <Verdicts list={list} />
              <Models list={list} chosen={id} />
              <Chosen list={list} id={id} />
            </>
          )}
        </Loaded>
        {id !== undefined && <Card id={id} />}
      </div>
    </div>
  );
}

function Verdicts({ list: { verdicts } }: { readonly list: WireModelList }) {
  const back = Object.entries({ ...verdicts.heldBack, ...verdicts.skipped });
  return (
    <Section title="Verdicts" aside={<Train />}>
      <p>
        {verdicts.usable} verdicts may be learnt from, {verdicts.needed} are needed.
      </p>
      {back.length > 0 && (
        <ul className="plain small muted">
          {back.map(([reason, count]) => (
            <li key={reason}>
              {count} {reason}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Train() {
  const act = useTrain();
  if (!act.allowed) return null;
  return (
    <Button small disabled={act.pending} onClick={() => act.run()}>
      {act.pending ? "Learning…" : "Train now"}
    </Button>
  );
}

/** Afterwards the list is asked for again. */
function useTrain() {
  const me = useQuery(meQuery).data;
  const client = useQueryClient();
  const { say, fail } = useToasts();
  const act = useMutation({
    mutationFn: () => call("trainModel"),
    onSuccess: () => {
      say("A new model stands in shadow.");
      return client.invalidateQueries({ queryKey: modelsQuery.queryKey });
    },
    onError: fail,
  });
  return {
    allowed: me !== undefined && mayAct(me.role, "trainModel"),
    pending: act.isPending,
    run: () => act.mutate(),
  };
}

function Models({ list, chosen }: { readonly list: WireModelList; readonly chosen: string | undefined }) {
  return (
    <Section
      title={countText(list.items.length, "model")}
      aside={list.items.some(({ status }) => status === "champion") ? <RollBack /> : undefined}
    >
      {list.items.length === 0 ? (
        <Empty icon="rules" title="No model yet">
          <p>
            Close incidents with verdicts; from {list.verdicts.needed} on a model can learn from them. Until then
            severity, rarity and asset make the priority.
          </p>
        </Empty>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th>Model</th>
              <th>Status</th>
              <th>Made</th>
              <th className="num">Verdicts</th>
              <th className="num">AP</th>
              <th className="num">AP without</th>
              <th>Approved by</th>
              <th>
                <span className="sr">Promote</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.items.map((model) => (
              <ModelRow key={model.id} model={model} chosen={model.id === chosen} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Chosen({ list, id }: { readonly list: WireModelList; readonly id: string | undefined }) {
  const model = id === undefined ? undefined : list.items.find((each) => each.id.startsWith(id));
  const champion = list.items.find(({ status }) => status === "champion");
  return model === undefined ? null : <Compare model={model} champion={champion} />;
}

function ModelRow({ model, chosen }: { readonly model: WireModelRecord; readonly chosen: boolean }) {
  return (
    <tr aria-current={chosen ? "true" : undefined}>
      <td>
        <Link to="/models/registry" search={{ id: model.id }} className="mono">
          {model.id.slice(0, 12)}
        </Link>
      </td>
      <td>
        <Badge tone={TONE[model.status]}>{model.status}</Badge>
      </td>
      <td>
        <Time at={model.createdAt} relative="only" />
      </td>
      <td className="num">{model.verdicts}</td>
      <td className="num">{figureOf(model, "ap")}</td>
      <td className="num">{figureOf(model, "apWithoutModel")}</td>
      <td>{model.approvedBy === undefined ? "" : <LogText text={model.approvedBy} max={40} />}</td>
      <td>{model.status !== "champion" && <Promote id={model.id} />}</td>
    </tr>
  );
}

function Promote({ id }: { readonly id: string }) {
  const me = useQuery(meQuery).data;
  const client = useQueryClient();
  const { say, fail } = useToasts();
  const act = useMutation({
    mutationFn: () => call("promoteModel", { params: { id }, body: {} }),
    onSuccess: ({ said }) => {
      say(said);
      return client.invalidateQueries({ queryKey: modelsQuery.queryKey });
    },
    onError: fail,
  });
  if (me === undefined || !mayAct(me.role, "promoteModel")) return null;
  return (
    <Button small disabled={act.isPending} onClick={() => act.mutate()}>
      Promote
    </Button>
  );
}

function Card({ id }: { readonly id: string }) {
  const ask = useQuery(modelCardQuery(id));
  return (
    <Section title="Model card">
      <Loaded ask={ask} what="model card">
        {({ markdown }) => (
          <pre className="model-card">
            <LogText text={markdown} lines />
          </pre>
        )}
      </Loaded>
    </Section>
  );
}
