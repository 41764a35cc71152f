import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
    DashboardBuilder,
    DashboardCursorSync,
    DashboardLinkBuilder,
    DashboardLinkType,
    DatasourceVariableBuilder,
    type Panel,
    RowBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { Topology } from "../model/index.ts";
import { datasource } from "./panel.ts";

export interface Row {
    readonly title: string;
    readonly panels: readonly Builder<Panel>[];
}

/** A dashboard as Grafana imports it. */
export interface Dashboard {
    /** What no other dashboard of the same Grafana is called, in 40 characters at most. */
    readonly identifier: string;
    /** Among those of the same topology. */
    readonly name: string;
    readonly json: object;
}

/** What dashboards are drawn from. */
export interface DashboardScope {
    readonly topology: Topology;
    /** Begins titles and identifiers, and tells stacks apart: `spot-messaging-prod`. */
    readonly prefix: string;
    readonly matchers: Readonly<Record<string, string>>;
    readonly nodes: number | undefined;
}

/** Puts rows together; the same input gives the same text, identifiers included. */
export function dashboard(
    { prefix }: DashboardScope,
    name: string,
    title: string,
    rows: readonly Row[],
): Dashboard {
    // Long names of stacks differ at their end, after the project that they share.
    const identifier = `${prefix}-${name}`.slice(-longestIdentifier);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- what replaces it is read by Grafana 12 and later alone, and not from ConfigMaps
    const builder = new DashboardBuilder(`${prefix} / ${title}`)
        .uid(identifier)
        .tags(["rabbitmq", prefix])
        .time({ from: "now-3h", to: "now" })
        .refresh("30s")
        .timezone("browser")
        .readonly()
        .tooltip(DashboardCursorSync.Crosshair)
        .withVariable(new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"))
        .link(
            new DashboardLinkBuilder(prefix)
                .type(DashboardLinkType.Dashboards)
                .tags([prefix])
                .keepTime(true)
                .includeVars(true),
        );
    for (const row of rows) {
        builder.withRow(new RowBuilder(row.title).datasource(datasource));
        for (const panel of row.panels) {
            builder.withPanel(panel);
        }
    }
    const built = builder.build();
    return {
        identifier,
        name,
        json: { ...built, panels: built.panels?.map((panel, index) => ({ ...panel, id: index + 1 })) ?? [] },
    };
}

/** Grafana takes no longer ones. */
const longestIdentifier = 40;
