import type { InVhost } from "../../../model/index.ts";
import type { Action, Change, Consequence } from "../../../review/compare/change.ts";
import type { PermissionChange } from "../../../review/compare/permissions/permissionChange.ts";
import type { RouteChange } from "../../../review/compare/routes/routingDiff.ts";
import type { SettingChange } from "../../../review/compare/settings/settingsDiff.ts";
import { settingLabel } from "../../../review/compare/settings/settingText.ts";
import type { StackReport } from "../../../review/report/report.ts";
import { isDestructive } from "../../../review/report/verdict.ts";
import { nameIn } from "../../document/naming.ts";
import { type Mark, markSigns } from "../../graph/mark.ts";
import { clippedText, listed, name, names, type Phrase, strong, words } from "../phrase.ts";
import { fieldsText, settingValueText } from "./fieldText.ts";
import type { ReportTable } from "./reportTable.ts";
import { endsText, routeWords, sendersText } from "./routeText.ts";

/** All differences of a stack, as tables of changes, routes, settings, permissions and contract changes. */
export function tablesOf(stack: StackReport): readonly ReportTable[] {
    const { changes, routing, settings, permissions, contract } = stack.review;
    const shown = nameOf(stack);
    return [
        {
            title: "Changes",
            noun: ["change", "changes"],
            head: ["change", "messages", "difference", "reason"],
            rows: changes.map((each) => changeRow(each, shown)),
            prominent: changes.filter(({ consequence }) => consequence !== "none").length,
        },
        {
            title: "Routes",
            noun: ["route", "routes"],
            head: ["routing key", "change", "before", "after", "publishers"],
            rows: routing.map((each) => routeRow(each, shown)),
            prominent: routing.filter(({ consequence }) => consequence !== "none").length,
        },
        {
            title: "Effective settings",
            noun: ["setting", "settings"],
            head: ["object", "setting", "before", "after", "set by"],
            rows: settings.map((each) => settingRow(each, shown)),
            prominent: 0,
        },
        {
            title: "Permissions",
            noun: ["permission", "permissions"],
            head: ["user", "permission", "granted", "revoked", "remarks"],
            rows: permissions.map((each) => permissionRow(each, stack)),
            prominent: permissions.filter(({ unasked, missing }) => unasked.length + missing.length > 0)
                .length,
        },
        {
            title: "Services and topology",
            noun: ["mismatch", "mismatches"],
            head: ["severity", "mismatch", "safe way"],
            rows: contract.map(({ blocks, text, safeWay }) => [
                blocks ? strong("breaks") : words("note"),
                words(text),
                words(safeWay),
            ]),
            prominent: contract.filter(({ blocks }) => blocks).length,
        },
    ];
}

type Naming = (object: InVhost) => string;

/** Names include the virtual host if there are several. */
function nameOf({ before, after }: StackReport): Naming {
    const vhosts = [
        ...new Map([...before.vhosts, ...after.vhosts].map((each) => [each.name, each])).values(),
    ];
    return (object) => (object.vhost === "" ? object.name : nameIn({ vhosts }, object));
}

const marks: Readonly<Record<Action, Mark>> = {
    replace: "replaced",
    delete: "removed",
    update: "changed",
    create: "added",
};

const fates: Readonly<Record<Consequence, Phrase>> = {
    none: words("not affected"),
    delayed: words("delayed"),
    reordered: words("reordered"),
    dropped: strong("dropped"),
    lost: strong("LOST"),
};

function changeRow(change: Change, shown: Naming): readonly Phrase[] {
    const { action, object, consequence, reason } = change;
    return [
        [...words(`${markSigns[marks[action]]} ${action} ${object.kind} `), ...name(shown(object))],
        fates[consequence],
        fieldsText(change),
        consequence === "none" ? [] : isDestructive(consequence) ? name(reason.rule) : words(reason.text),
    ];
}

function routeRow(route: RouteChange, shown: Naming): readonly Phrase[] {
    const { vhost, exchange, routingKey, headers, kind, consequence } = route;
    const text = routeWords[kind];
    return [
        [
            ...name(headers === undefined ? routingKey : clippedText(JSON.stringify(headers), 200)),
            ...words(" of "),
            ...(exchange === "" ? words("the default exchange") : name(shown({ vhost, name: exchange }))),
        ],
        isDestructive(consequence) ? strong(text) : words(text),
        ...endsText(route),
        words(sendersText(route) || "none known"),
    ];
}

function settingRow(setting: SettingChange, shown: Naming): readonly Phrase[] {
    const { kind, key, before, after, source = "" } = setting;
    return [
        [...words(`${kind} `), ...name(shown(setting))],
        words(settingLabel(key)),
        words(settingValueText(key, before)),
        words(settingValueText(key, after)),
        words(source),
    ];
}

function permissionRow(change: PermissionChange, { after, before }: StackReport): readonly Phrase[] {
    const { vhost, user, right, exchange, widened, narrowed, unasked, missing, proven } = change;
    const isElsewhere = vhost !== "" && after.vhosts.length + before.vhosts.length > 2;
    return [
        name(user),
        words(
            [
                right,
                ...(exchange === undefined ? [] : [`of exchange "${exchange}"`]),
                ...(isElsewhere ? [`in vhost "${vhost}"`] : []),
            ].join(" "),
        ),
        names(widened),
        names(narrowed),
        listed(
            [
                ...(unasked.length === 0
                    ? []
                    : [[...strong("no service declares to need this:"), ...words(" "), ...names(unasked)]]),
                ...(missing.length === 0
                    ? []
                    : [[...strong("still needed:"), ...words(" "), ...names(missing)]]),
                ...(proven ? [] : [words("a pattern: it may match more names")]),
            ],
            "; ",
        ),
    ];
}
