import { type Removed, removeLocally } from "@spot-messaging/local";
import { connectContainerEngine } from "@spot-messaging/local/images";
import { forgetAccess } from "./access.ts";
import { projectName } from "./project.ts";

/**
 * Removes everything that local runs of a stack left on this machine: containers, networks, volumes, and the file with endpoints and
 * credentials.
 */
export async function stop(stack: string, report: (message: string) => void): Promise<Removed> {
    const docker = await connectContainerEngine(report);
    const removed = await removeLocally(docker, projectName, stack, ({ kind, type, name }) => {
        if (kind === "removed") {
            report(`removed ${type} ${name}`);
        }
    });
    await forgetAccess(stack);
    return removed;
}
