/** Levels as options: `--min-level`, `--fail-on`. */
import { AppError } from "@cordon/model/error";
import { LEVELS, type Level } from "@cordon/model/rule";
import type { CommandContext } from "./command.ts";

export function levelOf(context: CommandContext, option: string): Level | undefined {
  const text = context.text(option);
  const level = LEVELS.find((each) => each === text);
  if (text !== undefined && level === undefined)
    throw new AppError("usage", `--${option}: "${text}" is not one of ${LEVELS.join(", ")}`);
  return level;
}
