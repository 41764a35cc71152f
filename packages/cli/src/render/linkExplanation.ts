import { valueText } from "@spot-messaging/topology";
import type { LinkExplanation } from "../commands/explainLink.ts";
import { columns } from "./columns.ts";
import type { Page } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/** A shovel or a federation upstream for a person: where its messages come from and go, and its fields. */
export function renderLink({ kind, vhost, name, from, to, fields }: LinkExplanation, page: Page): string {
    const { paint, width } = page;
    const noun = kind === "shovel" ? "shovel" : "federation upstream";
    const section = (title: string, lines: readonly string[]): readonly string[] => [
        "",
        paint("name", title),
        ...lines.map((line) => `  ${wrapText(line, "    ", width)}`),
    ];
    return [
        `${noun} ${paint("name", `"${name}"`)} in vhost "${vhost}"`,
        ...section("From", [from]),
        ...section("To", to.length === 0 ? ["nothing: no policy leads to it"] : to),
        ...section(
            "Settings",
            columns(Object.entries(fields).map(([key, value]) => [key, valueText(value)])),
        ),
    ].join("\n");
}
