export { LocalRunError, type Removed, removeLocally, runLocally } from "../localRun.ts";
