/** The slow river, wired: triage, the score of a case, containment, and the role that drives them. */
import { makeCase } from "@cordon/engine/cases/case";
import type { Contain } from "@cordon/engine/cases/contain/contain";
import { type InvestigatePorts, makeInvestigate } from "@cordon/engine/cases/investigate/investigate";
import { makeTriage, type Triage } from "@cordon/engine/cases/triage/triage";
import type { Inventory } from "@cordon/model/asset";
import type { OutcomeStore } from "@cordon/model/ports/journal";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { ModelDesk } from "../instance.ts";
import type { Meters } from "../meters.ts";
import { type CaseRole, makeCaseRole } from "../roles/case-role.ts";
import type { AutoClose } from "./models.ts";
import type { Stores } from "./stores.ts";

export interface CaseWiring {
  readonly models: Pick<ModelDesk, "judge">;
  readonly autoClose?: AutoClose | undefined;
  readonly stores: Stores;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly inventory: Inventory;
  readonly contain: Contain;
  readonly channels: NonNullable<InvestigatePorts["channels"]>;
  readonly fault: (error: unknown) => void;
}

/** The role, and the score of triage for what another model says of open incidents. */
export type Cases = CaseRole &
  Pick<Triage, "score"> & {
    /** The store of outcomes, with an ear: what is added counts at the gate of closing at once. */
    readonly outcomes: OutcomeStore;
  };

export function wireCases(wiring: CaseWiring): Cases {
  const { stores, runtime, meters, inventory, contain, channels, fault, models, autoClose } = wiring;
  const { journal, worklist, outcomes } = stores.state;
  const triage = makeTriage({
    ...{ journal, worklist, runtime, inventory },
    // Both are as fresh as each other: verdicts as they stood when the batch began.
    history: async () => {
      await autoClose?.refresh();
      return outcomes.byRule();
    },
    ...(autoClose === undefined ? {} : { closing: autoClose.judge }),
    judge: models.judge,
  });
  const investigate = makeInvestigate({ events: stores.events, views: stores.mappings.views, runtime, channels });
  const { step } = makeCase({
    journal,
    runtime,
    stages: {
      score: (incident) => triage.score(incident),
      investigate,
      planResponse: (incident, stop) => contain.planResponse(incident, stop),
      contain: (incident, stop) => contain.step(incident, stop),
      relate: (id) => triage.relate(id),
    },
  });
  const role = makeCaseRole({
    triage,
    step,
    sweep: (now, stop) => contain.sweep(now, stop),
    journal,
    runtime,
    meters,
    fault,
  });
  return {
    ...role,
    async score(incident) {
      await autoClose?.refresh();
      return triage.score(incident);
    },
    outcomes: {
      ...outcomes,
      async add(outcome) {
        await outcomes.add(outcome);
        autoClose?.note(outcome);
      },
    },
  };
}
