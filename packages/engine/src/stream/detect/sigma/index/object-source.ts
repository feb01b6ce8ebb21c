/** An event as parsed objects: its fields read in one walk, its values remembered by their text. */
import type { Json, JsonObject } from "@cordon/model/json";
import type { FieldView } from "@cordon/model/view";
import { KEYWORDS } from "./atom.ts";
import type { FieldIndex } from "./field-index.ts";
import { FieldReader } from "./field-reader.ts";
import type { IndexPlan } from "./plan.ts";
import { RememberingScan } from "./remembering-scan.ts";
import type { Known } from "./value-memo.ts";
import type { EventSource, Mark, Wake } from "./value-search.ts";

/** Views come from mappings, so there are few; a mistake must not keep them all. */
const READERS_MAX = 256;

export class ObjectSource implements EventSource {
  readonly #fields: readonly string[];
  readonly #rulesOfField: IndexPlan["rulesOfField"];
  readonly #fieldIndexes: readonly (FieldIndex | undefined)[];
  readonly #keywordIndex: FieldIndex | undefined;
  readonly #readers = new Map<string, { readonly view: FieldView; readonly reader: FieldReader }>();
  readonly #scanner: RememberingScan;
  readonly #wake: Wake;
  #reader: FieldReader;
  #raw: JsonObject = {};

  constructor({ fields, indexes, rulesOfField }: IndexPlan, mark: Mark, wake: Wake) {
    this.#fields = fields;
    this.#rulesOfField = rulesOfField;
    this.#keywordIndex = indexes.get(KEYWORDS);
    this.#fieldIndexes = fields.map((_, field) => indexes.get(field));
    this.#scanner = new RememberingScan(indexes, fields, mark);
    this.#wake = wake;
    this.#reader = new FieldReader({ id: "", roots: [], alias: {}, derived: {} }, fields);
  }

  begin(view: FieldView, raw: JsonObject): void {
    this.#raw = raw;
    this.#reader = this.readerFor(view);
    this.#reader.read(raw);
  }

  scan(): void {
    const reader = this.#reader;
    for (let i = 0; i < reader.presentCount; i += 1) {
      const field = reader.present[i] ?? 0;
      for (const rules of this.#rulesOfField[field] ?? []) this.#wake(rules, 0, rules.length);
      const index = this.#fieldIndexes[field];
      if (index !== undefined) this.#scanner.field(index, field, reader.value(field));
    }
    if (this.#keywordIndex !== undefined) this.#scanner.leaves(this.#keywordIndex, this.#raw);
  }

  value(field: number): Json | undefined {
    return this.#reader.value(field);
  }

  knownOf(field: number): Known | undefined {
    const value = this.#reader.value(field);
    return typeof value === "string" ? this.#scanner.knownOf(field, value) : undefined;
  }

  readerFor(view: FieldView): FieldReader {
    const known = this.#readers.get(view.id);
    if (known?.view === view) return known.reader;
    if (this.#readers.size >= READERS_MAX) this.#readers.clear();
    const reader = new FieldReader(view, this.#fields);
    this.#readers.set(view.id, { view, reader });
    return reader;
  }
}
