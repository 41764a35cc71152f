import type { DeclaredNames } from "./declaredNames.ts";
import { demandPresent, type ImportObject } from "./importObject.ts";
import { joinedText } from "./joinedText.ts";
import { checkRegularExpression } from "./regularExpression.ts";

/** What an import refuses of permissions: users and virtual hosts that do not exist, and what is not a regular expression. */
export function checkPermission(permission: ImportObject, names: DeclaredNames): void {
    checkOwners(permission, names);
    for (const field of ["configure", "write", "read"]) {
        checkRegularExpression(permission, [field], permission.object[field]);
    }
}

/** The same of topic permissions. Until 4.3.1 the exchange may be any. */
export function checkTopicPermission(permission: ImportObject, names: DeclaredNames): void {
    checkOwners(permission, names);
    const { object, file, demand } = permission;
    const { vhost, exchange } = object;
    if (
        file.has("topicPermissionExchange") &&
        demand("exchange", ["text"], "the name of an exchange") &&
        typeof vhost === "string"
    ) {
        demandPresent(permission, "exchange", "exchange", names.exchanges.has(vhost, String(exchange)), () =>
            names.exchanges.suggest(vhost, String(exchange)),
        );
    }
    for (const field of ["write", "read"]) {
        checkRegularExpression(permission, [field], joinedText(object[field]) ?? object[field]);
    }
}

function checkOwners(permission: ImportObject, names: DeclaredNames): void {
    const { object, demand } = permission;
    if (demand("user", ["text"], "the name of a user")) {
        const user = String(object["user"]);
        demandPresent(permission, "user", "user", names.users.has(user), () => names.users.suggest(user));
    }
    checkVhostOf(permission, names);
}

/** Refuses an object of a virtual host that does not exist. */
export function checkVhostOf(each: ImportObject, names: DeclaredNames): void {
    if (each.demand("vhost", ["text"], "the name of a virtual host")) {
        const vhost = String(each.object["vhost"]);
        demandPresent(each, "vhost", "virtual host", names.vhosts.has(vhost), () =>
            names.vhosts.suggest(vhost),
        );
    }
}
