import { UsageError } from "@spot-messaging/topology";
import { z } from "zod";
import { locationText } from "../render/locationText.ts";
import type { StackLocator } from "./topologyConfig.ts";

/** An error with a list of problems. It may come from another copy of the package, so its class is not checked. */
const declarationError = z.object({ problems: z.array(z.string()).min(1) });

/** Adds the line of the declaration to each problem of an error. Other errors are returned unchanged. */
export function locatedError(error: unknown, locate: StackLocator): unknown {
    const parsed = declarationError.safeParse(error);
    if (!parsed.success) {
        return error;
    }
    const lines = parsed.data.problems.map((problem) => {
        // Such as `vhost "shop": queue "orders": `.
        const place = /^(?:[\w ]+ "[^"]*": )+/u.exec(problem)?.[0] ?? "";
        const location = locate({
            rule: "declaration",
            severity: "error",
            place: place.replace(/: $/u, ""),
            message: problem.slice(place.length),
            fix: "",
        });
        return location === undefined ? problem : `${locationText(location)}: ${problem}`;
    });
    return new UsageError(
        lines.length === 1
            ? lines.join("")
            : `the declaration has ${lines.length} problems:\n${lines.map((each) => `- ${each}`).join("\n")}`,
    );
}
