/** Why a detection's rule fired, worked out anew from the stored event when somebody asks. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explanationQuery } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Loaded } from "../../ui/state.tsx";
import { ExplanationView } from "../rules/explanation.tsx";

export function WhyFired({ rule, event }: { readonly rule: string; readonly event: string }) {
  const [open, setOpen] = useState(false);
  return open ? (
    <Explained rule={rule} event={event} />
  ) : (
    <div className="row">
      <Button small onClick={() => setOpen(true)}>
        Why did it fire?
      </Button>
    </div>
  );
}

function Explained({ rule, event }: { readonly rule: string; readonly event: string }) {
  const ask = useQuery(explanationQuery(rule, event));
  return (
    <Loaded ask={ask} what="explanation">
      {(explanation) => <ExplanationView explanation={explanation} />}
    </Loaded>
  );
}
