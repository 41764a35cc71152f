import fc from "fast-check";

/**
 * Random tests draw the same inputs in every run, so that only a change of the code changes their results. `SPOT_SEED=<number>` draws other
 * inputs; a failure prints the seed that repeats it.
 */
export const seed = Number(process.env["SPOT_SEED"] ?? 20_261_124);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
