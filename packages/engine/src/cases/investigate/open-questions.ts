/**
 * What the logs do not say. Enters: the inquiry, roots, extent. Leaves: questions for a person, most important first.
 */
import { entityKey } from "@cordon/model/entity";
import type { Member } from "./extent.ts";
import { CLASS, deviceOf, textOf } from "./facts.ts";
import { labelOf } from "./graph.ts";
import { type Inquiry, suspectsOf } from "./inquiry.ts";
import { type Candidate, isUndecided } from "./root-cause.ts";

const QUESTIONS_MAX = 12;

export function openQuestions(
  inquiry: Inquiry,
  roots: readonly Candidate[],
  extent: readonly Member[],
): readonly string[] {
  const { graph } = inquiry;
  const questions: string[] = [];
  const [first, second] = roots;
  if (first === undefined) questions.push("Nothing shows how it began.");
  if (first?.boundary === "not-visible") questions.push(`How did ${labelOf(graph, first.entity)} begin? ${first.why}.`);
  if (first !== undefined && second !== undefined && isUndecided(roots)) {
    questions.push(
      `Undecided between ${labelOf(graph, first.entity)} and ${labelOf(graph, second.entity)} as the beginning.`,
    );
  }
  const events = [...graph.events.values()];
  for (const { entity, standing } of extent) {
    if (entity.kind !== "host" || standing === "exposed") continue;
    const own = events.filter((event) => deviceOf(event)?.value === entity.value);
    const starts = own.filter((event) => event.class === CLASS.process);
    if (starts.length === 0)
      questions.push(`No process-creation logs for ${entity.value} in the window: what ran there?`);
    else if (
      !starts.some(
        (event) => textOf(graph.views, event, "CommandLine") !== undefined || event.source.startsWith("linux"),
      )
    ) {
      questions.push(`Command lines are not logged on ${entity.value}: with which arguments did it run?`);
    }
  }
  for (const { entity } of suspectsOf(inquiry, "session")) {
    const arrival = inquiry.arrivals.get(entityKey(entity));
    if (arrival?.address !== undefined && arrival.fromHost === undefined) {
      questions.push(`Which machine is ${arrival.address.value}, from where ${arrival.logon.subject.value} logged on?`);
    } else if (arrival?.fromHost !== undefined && arrival.via === undefined) {
      questions.push(
        `What on ${arrival.fromHost.value} made the logon to ${deviceOf(arrival.logon.event)?.value ?? "it"}? No connection logs show it.`,
      );
    }
  }
  if (inquiry.exposed.length > 0) {
    questions.push(
      `${inquiry.exposed.length} logons came from suspect machines with nothing else against them: were they wanted?`,
    );
  }
  return [...new Set(questions)].slice(0, QUESTIONS_MAX);
}
