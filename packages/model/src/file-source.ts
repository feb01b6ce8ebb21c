/** Verdicts on files come into the stream under this source only; who sends records over the API may not use the name. */
export const FILE_SOURCE = "cordon-files";
