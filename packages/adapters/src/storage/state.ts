/**
 * The state database of one data folder: journals, worklist, ledger, outcomes, tokens, checkpoints.
 * One file and one connection, so that what must move together moves in one transaction.
 */
import { join } from "node:path";
import type { Journal, LedgerIndex, OutcomeStore, Worklist } from "@cordon/model/ports/journal";
import type { LearningJournal } from "@cordon/model/ports/learning-journal";
import type { ModelStore } from "@cordon/model/ports/models";
import { makeCheckpoints, makeKv, type NamedTexts } from "./checkpoints.ts";
import { makeJournal } from "./journal.ts";
import { makeLearningJournal } from "./learning-journal.ts";
import { makeLedger } from "./ledger.ts";
import { makeModelStore } from "./model-store.ts";
import { makeOutcomes } from "./outcomes.ts";
import { makeRuleBook, type RuleBook } from "./rule-book.ts";
import { STATE_MIGRATIONS } from "./schema.ts";
import { openSqlite } from "./sqlite.ts";
import { makeTokens, type TokenStore } from "./tokens.ts";
import { makeWorklist } from "./worklist.ts";

export interface StateStore {
  readonly journal: Journal;
  readonly worklist: Worklist;
  readonly ledger: LedgerIndex;
  readonly outcomes: OutcomeStore;
  readonly ruleBook: RuleBook;
  readonly models: ModelStore;
  readonly learning: LearningJournal;
  readonly tokens: TokenStore;
  readonly checkpoints: NamedTexts;
  readonly kv: NamedTexts;
  close(): Promise<void>;
}

export interface StateOptions {
  readonly dir: string;
  readonly busyTimeoutMs?: number;
  /** False only for throw-away folders. */
  readonly durable?: boolean;
}

/** Opens `<dir>/state.db`, made when absent. */
export function openState({ dir, ...rest }: StateOptions): StateStore {
  const db = openSqlite({ path: join(dir, "state.db"), migrations: STATE_MIGRATIONS, ...rest });
  return {
    journal: makeJournal(db),
    worklist: makeWorklist(db),
    ledger: makeLedger(db),
    outcomes: makeOutcomes(db),
    ruleBook: makeRuleBook(db),
    models: makeModelStore(db, dir),
    learning: makeLearningJournal(db),
    tokens: makeTokens(db),
    checkpoints: makeCheckpoints(db),
    kv: makeKv(db),
    close: async () => db.close(),
  };
}
