import { homedir } from "node:os";
import path from "node:path";

/** What takes minutes to make and is the same for every checkout; `SPOT_MESSAGING_CACHE` puts it elsewhere. */
export const cacheFolder =
    process.env["SPOT_MESSAGING_CACHE"] ??
    path.join(process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"), "spot-messaging");
