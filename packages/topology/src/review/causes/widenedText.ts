import type { CauseParts } from "./cause.ts";

type Granted = Pick<CauseParts, "permissions">;

/** The users whose widened permissions need approval. */
export function widenedUsers({ permissions }: Granted): readonly string[] {
    return [...new Set(permissions.filter(({ needsApproval }) => needsApproval).map(({ user }) => user))];
}

/** What a user may do more: `publish to any queue by its name; consume and purge "orders"`. */
export function widenedText({ permissions }: Granted, user: string): string {
    return permissions
        .filter((each) => each.user === user && each.needsApproval)
        .flatMap(({ powers }) => powers)
        .join("; ");
}
