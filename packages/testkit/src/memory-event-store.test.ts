import { eventStoreContract } from "./event-store-contract.ts";
import { makeMemoryEventStore } from "./memory-event-store.ts";

eventStoreContract({ name: "memory", make: async (views) => makeMemoryEventStore(views), runs: 50 });
