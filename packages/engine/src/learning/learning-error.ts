/** Why the mathematics of learning refuses its input. Closed: callers decide on the code, people read the message. */
import { AppError } from "@cordon/model/error";

export type LearningErrorCode =
  | "table-malformed"
  | "labels-malformed"
  | "scores-malformed"
  | "parameters-malformed"
  | "schema-differs"
  | "model-foreign"
  | "model-damaged"
  | "model-malformed"
  | "too-few";

export const refusal = (code: LearningErrorCode, text: string): AppError<LearningErrorCode> => new AppError(code, text);
