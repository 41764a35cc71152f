import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
    BigValueColorMode,
    BigValueGraphMode,
    GraphThresholdsStyleConfigBuilder,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    TooltipDisplayMode,
    VizLegendOptionsBuilder,
    VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
    type Panel,
    ThresholdsConfigBuilder,
    ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeSeriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

/** The dashboard's variable for the Prometheus data source. */
export const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/** Grafana replaces it by a window with at least four scrapes. */
export const rateWindow = "$__rate_interval";

/** A query of a panel. */
export interface Query {
    readonly expression: string;
    /** The name of its series; `{{label}}` is replaced by the label's value. */
    readonly legend: string;
}

/** The settings of a panel. */
export interface PanelSettings {
    readonly title: string;
    /** Which values are good or bad, for a person on call. */
    readonly description: string;
    readonly queries: readonly Query[];
    /** Grafana's name of the unit. @default "short" */
    readonly unit?: string;
    /** The lowest bad value. */
    readonly bad?: number;
    /** In Grafana's 24 columns. */
    readonly width: number;
}

/** A panel with values over time. */
export function timeSeries(settings: PanelSettings): Builder<Panel> {
    const { title, description, queries, unit = "short", bad, width } = settings;
    const panel = new TimeSeriesBuilder()
        .title(title)
        .description(description)
        .datasource(datasource)
        .unit(unit)
        .min(0)
        .fillOpacity(5)
        .height(7)
        .span(width)
        .legend(
            new VizLegendOptionsBuilder()
                .displayMode(LegendDisplayMode.List)
                .placement(LegendPlacement.Bottom)
                .showLegend(true),
        )
        .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
        .targets(queries.map(target));
    return bad === undefined
        ? panel
        : panel
              .thresholds(thresholds(bad))
              .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

/** A panel with the current value. */
export function stat(settings: PanelSettings): Builder<Panel> {
    const { title, description, queries, unit = "short", bad, width } = settings;
    return new StatBuilder()
        .title(title)
        .description(description)
        .datasource(datasource)
        .unit(unit)
        .height(4)
        .span(width)
        .colorMode(BigValueColorMode.Background)
        .graphMode(BigValueGraphMode.None)
        .noValue("0")
        .thresholds(thresholds(bad))
        .targets(queries.map((query, index) => target(query, index).instant()));
}

function target({ expression, legend }: Query, index: number): DataqueryBuilder {
    return new DataqueryBuilder()
        .datasource(datasource)
        .expr(expression)
        .legendFormat(legend)
        .refId(String.fromCharCode("A".charCodeAt(0) + index));
}

function thresholds(bad: number | undefined): ThresholdsConfigBuilder {
    return new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps([
            { value: null, color: "green" },
            ...(bad === undefined ? [] : [{ value: bad, color: "red" }]),
        ]);
}
