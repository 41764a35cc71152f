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

/** A row of panels. */
export interface Row {
    readonly title: string;
    readonly panels: readonly Builder<Panel>[];
}

/** A dashboard in Grafana's import format. */
export interface Dashboard {
    /** Unique in a Grafana instance, at most 40 characters. */
    readonly identifier: string;
    /** Unique among the dashboards of a topology. */
    readonly name: string;
    readonly json: object;
}

/** The input of dashboards. */
export interface DashboardScope {
    readonly topology: Topology;
    /** The beginning of titles and identifiers, different for each stack: `spot-messaging-prod`. */
    readonly prefix: string;
    readonly matchers: Readonly<Record<string, string>>;
    readonly nodes: number | undefined;
}

/** Builds a dashboard from rows. Equal input gives equal output, including identifiers. */
export function dashboard(
    { prefix }: DashboardScope,
    name: string,
    title: string,
    rows: readonly Row[],
): Dashboard {
    // Names of stacks begin with the same project name, so the end is kept.
    const identifier = `${prefix}-${name}`.slice(-maxIdentifierLength);
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

/** Grafana's limit. */
const maxIdentifierLength = 40;
