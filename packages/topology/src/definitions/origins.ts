import type { JsonPath } from "./jsonDocument.ts";

/** The path of each object of a topology in the document that it was read from. */
export interface Origins {
    readonly add: (list: string, item: unknown, path: JsonPath) => void;
    readonly entries: () => readonly Origin[];
}

export interface Origin {
    readonly list: string;
    /** The object in the topology. */
    readonly item: unknown;
    readonly path: JsonPath;
}

export function origins(): Origins {
    const all: Origin[] = [];
    return {
        add: (list, item, path) => {
            all.push({ list, item, path });
        },
        entries: () => all,
    };
}
