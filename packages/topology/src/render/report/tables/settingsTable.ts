import type { ArgumentValue, InVhost } from "../../../model/index.ts";
import { valueText } from "../../../review/causes/fieldChangeText.ts";
import type { SettingChange } from "../../../review/compare/settings/settingsDiff.ts";
import { settingLabel } from "../../../review/compare/settings/settingText.ts";
import type { StackReport } from "../../../review/report/report.ts";
import { nameIn } from "../../document/naming.ts";
import { name, type Phrase, words } from "../phrase.ts";
import type { ReportTable } from "./reportTable.ts";

/**
 * The effective settings that change, if another policy or another type of queue decides about them. Where policies only get other values, the
 * causes show them already.
 */
export function settingsTable(stack: StackReport): ReportTable {
    const { before, after, review } = stack;
    const vhosts = [
        ...new Map([...before.vhosts, ...after.vhosts].map((each) => [each.name, each])).values(),
    ];
    const shown = (object: InVhost): string => nameIn({ vhosts }, object);
    const known = settingsOfPolicies(stack);
    return {
        title: "Effective settings",
        noun: ["setting", "settings"],
        head: ["object", "setting", "before", "after", "set by"],
        rows: review.settings
            .filter(
                ({ vhost, key, before: old, after: now }) => !known.has(settingText(vhost, key, old, now)),
            )
            .map((each) => settingRow(each, shown)),
        prominent: 0,
    };
}

/** The settings that the difference of a policy shows, each as text. */
function settingsOfPolicies({ review }: StackReport): ReadonlySet<string> {
    return new Set(
        review.changes.flatMap(({ object, action, fields }) =>
            action === "update" && object.kind.endsWith("policy")
                ? fields.flatMap(({ field, before, after }) =>
                      field.startsWith("definition.")
                          ? [settingText(object.vhost, field.slice("definition.".length), before, after)]
                          : [],
                  )
                : [],
        ),
    );
}

function settingText(
    vhost: string,
    key: string,
    before: ArgumentValue | undefined,
    after: ArgumentValue | undefined,
): string {
    return JSON.stringify([vhost, key, before ?? null, after ?? null]);
}

function settingRow(setting: SettingChange, shown: (object: InVhost) => string): readonly Phrase[] {
    const { kind, key, before, after, source = "" } = setting;
    return [
        [...words(`${kind} `), ...name(shown(setting))],
        words(settingLabel(key)),
        words(valueText(key, before)),
        words(valueText(key, after)),
        words(source),
    ];
}
