import { stateContract } from "./journal-contract.ts";
import { makeMemoryState } from "./memory-state.ts";

stateContract({ name: "memory", make: async () => makeMemoryState(), runs: 50 });
