import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { countText } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { useAssign } from "../incident/assign.ts";

interface Props {
  readonly picked: readonly string[];
  readonly clear: () => void;
  readonly close: () => void;
}

export function BulkBar({ picked, clear, close }: Props) {
  const me = useQuery(meQuery).data;
  const assign = useAssign();
  const may = me !== undefined && mayAct(me.role, "closeIncident");
  const take = () => {
    if (me === undefined) return;
    for (const id of picked) assign.mutate({ id, person: me.name });
  };
  return (
    <div className="bulk" role="toolbar" aria-label="Selected incidents">
      <b>{countText(picked.length, "incident")} selected</b>
      <Button small disabled={!may} onClick={take}>
        Assign to me
      </Button>
      <Button small disabled={!may} hint="e" onClick={close}>
        Close with verdict
      </Button>
      <Button small look="ghost" onClick={clear}>
        Clear
      </Button>
    </div>
  );
}
