import { makeMemorySpool } from "./memory-spool.ts";
import { spoolContract } from "./spool-contract.ts";

spoolContract("memory", async (wish) => ({ spool: makeMemorySpool(wish) }));
