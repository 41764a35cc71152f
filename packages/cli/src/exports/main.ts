export type { ImportModule } from "../config/configModule.ts";
export { type ProcessOptions, runProcess } from "../process/runProcess.ts";
