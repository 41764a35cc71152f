/** The kinds of objects to list. */
export const kindNames = [
    "queues",
    "exchanges",
    "bindings",
    "users",
    "policies",
    "shovels",
    "upstreams",
    "parameters",
    "services",
    "vhosts",
] as const;

export type KindName = (typeof kindNames)[number];

/** How a list is printed. */
export const listFormats = ["table", "wide", "json", "yaml"] as const;

export type ListFormat = (typeof listFormats)[number];
