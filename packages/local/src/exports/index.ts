export { type LocalResource } from "../creations.ts";
export { type LocalEvent, type OnLocalEvent } from "../event.ts";
export {
    LocalRunError,
    type LocalRunOptions,
    type Removed,
    removeLocally,
    runLocally,
} from "../localRun.ts";
export { type LocalResult } from "../registrations.ts";
