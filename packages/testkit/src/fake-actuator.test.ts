import { HOUR } from "@cordon/model/time";
import { actionCompliance } from "./action-compliance.ts";
import { blockAddress } from "./contain-case.ts";
import { makeFakeActuator, makeMemoryTarget } from "./fake-actuator.ts";

actionCompliance({
  name: "fake",
  async make() {
    const target = makeMemoryTarget();
    const port = makeFakeActuator({ target, now: () => 1_000_000 });
    return {
      ...{ port, action: blockAddress("203.0.113.5"), ttlMs: HOUR, now: () => 1_000_000 },
      observe: async () => JSON.stringify([...target.effects]),
      close: async () => {},
    };
  },
});
