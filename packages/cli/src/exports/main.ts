import { z } from "zod";

export type { ImportModule } from "../config/configModule.ts";
export { type ProcessOptions, runProcess } from "../process/runProcess.ts";

// Each schema reads one input here: to compile it to a function takes longer than to interpret it once.
z.config({ jitless: true });
