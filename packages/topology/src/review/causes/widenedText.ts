import { quotedFirst } from "../../text/names.ts";
import type { CauseParts } from "./cause.ts";
import { namesShown } from "./objectNames.ts";

type Granted = Pick<CauseParts, "permissions">;

/** The users who may do more than their services declare to need. */
export function widenedUsers({ permissions }: Granted): readonly string[] {
    return [...new Set(permissions.filter(({ unasked }) => unasked.length > 0).map(({ user }) => user))];
}

/** What a user may do more: `administrator; write "orders"`. */
export function widenedText({ permissions }: Granted, user: string): string {
    return permissions
        .filter((each) => each.user === user && each.unasked.length > 0)
        .map(({ right, exchange, unasked }) => {
            const names = quotedFirst(unasked, namesShown);
            switch (right) {
                case "tags":
                    return unasked.join(", ");
                case "write keys":
                    return `publish to "${exchange ?? ""}" with ${names}`;
                case "read keys":
                    return `bind to "${exchange ?? ""}" with ${names}`;
                case "configure":
                case "write":
                case "read":
                    return `${right} ${names}`;
            }
        })
        .join("; ");
}
