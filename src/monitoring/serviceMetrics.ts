/** The metrics of the services that alerts and dashboards use. Each has the label `service`, which the scrape adds. */
export const serviceMetrics = {
    ready: "spot_ready",
    connectionUp: "spot_connection_up",
    processed: "spot_messages_processed_total",
    failed: "spot_messages_failed_total",
    inFlight: "spot_messages_in_flight",
    age: "spot_message_age_seconds",
    confirmSeconds: "spot_publish_confirm_seconds",
    publishesFailed: "spot_publishes_failed_total",
    channelsInUse: "spot_publish_channels_in_use",
    channelsLimit: "spot_publish_channels_limit",
    repliesRefused: "spot_replies_refused_total",
    consumptionPaused: "spot_consumption_paused",
    databaseConnectionsInUse: "spot_database_connections_in_use",
    databaseConnectionsLimit: "spot_database_connections_limit",
    databaseErrors: "spot_database_errors_total",
    storeSeconds: "spot_store_seconds",
    storeOperations: "spot_store_seconds_count",
    analyses: "spot_analyses_total",
    analysisSeconds: "spot_analysis_seconds",
    analysesRunning: "spot_analyses_running",
    results: "spot_results_total",
    submissions: "spot_submissions_total",
    uploadBytes: "spot_upload_bytes_in_flight",
    mailsIncomplete: "spot_mails_incomplete_total",
    parserKills: "spot_parser_kills_total",
    notifications: "spot_notifications_total",
} as const;

/** A metric of the services. */
export type ServiceMetric = keyof typeof serviceMetrics;
