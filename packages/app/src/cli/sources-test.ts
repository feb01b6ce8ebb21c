/** `cordon sources test`: a mapping of one's own over a sample: what it recognises and what it makes of it. */
import type { Event } from "@cordon/model/event";
import { isoTime } from "@cordon/model/time";
import { configOf } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, type Terminal } from "./terminal.ts";

const SHOWN = 20;

export async function test(context: CommandContext): Promise<number> {
  const [mapping = "", sample = ""] = context.words;
  const { terminal, json } = context;
  const { testMapping } = await import("../wiring/mapping-test.ts");
  const { id, events, problems } = await testMapping(configOf(context), mapping, sample);
  const mine = events.filter(({ source }) => source === id);
  const summary = {
    ...{ mapping: id, events: events.length, recognised: mine.length, others: events.length - mine.length },
    ...{ timeless: mine.filter(({ provenance }) => provenance.remarks?.includes(TIMELESS) === true).length },
    ...{ withoutEntities: mine.filter(({ entities }) => entities.length === 0).length, problems: problems.length },
  };
  if (json) {
    for (const event of events) terminal.json({ kind: "event", ...rowOf(event) });
    for (const problem of problems) terminal.json({ kind: "problem", problem });
    terminal.json({ kind: "summary", ...summary });
  } else {
    for (const event of events.slice(0, SHOWN)) print(terminal, event, id);
    if (events.length > SHOWN) terminal.note(`${events.length - SHOWN} more events; --json shows all`);
    for (const problem of problems) terminal.note(problem);
    terminal.line(
      `${summary.recognised} of ${summary.events} events recognised by ${safeText(id)}; of these ${summary.timeless} without a time of their own, ${summary.withoutEntities} without entities`,
    );
  }
  return mine.length === 0 || problems.length > 0 ? EXIT.partial : EXIT.ok;
}

const TIMELESS = "no event time: time of receipt";

const rowOf = ({ source, shape, class: uid, activity, outcome, time, log, entities, provenance }: Event) => ({
  ...{ record: provenance.position, source, shape, class: uid, activity, outcome, time: isoTime(time), log },
  entities: entities.map(({ kind, role, value }) => ({ kind, role, value })),
  remarks: provenance.remarks ?? [],
});

function print(terminal: Terminal, event: Event, id: string): void {
  const { record, shape, class: uid, time, log, entities, remarks } = rowOf(event);
  const own = event.source === id;
  const where = [log.product, log.service, ...log.categories].filter((part) => part !== undefined).join("/");
  terminal.line(
    `record ${record}  ${terminal.paint(own ? "green" : "yellow", safeText(shape))}  class ${uid}  ${time}  ${safeText(where) || "no log source"}`,
  );
  for (const { kind, role, value } of entities) terminal.line(`  ${role} ${kind} ${safeText(value)}`);
  for (const remark of remarks) terminal.line(terminal.paint("dim", `  ${safeText(remark)}`));
}
