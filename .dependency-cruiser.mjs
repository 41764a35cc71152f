/** The packages that each package can import, only through their "exports". */
const packages = {
    topology: [],
    management: ["topology"],
    pulumi: ["topology", "management"],
    policy: ["topology"],
    local: ["topology", "management"],
    cli: ["topology", "management"],
};

/** The folders of packages/topology/src, and the folders that each can import. */
const topologyFolders = {
    model: [],
    text: ["model"],
    lookup: ["model"],
    declare: ["model", "text"],
    readings: [],
    broker: ["model"],
    patterns: ["model"],
    settings: ["model", "broker", "lookup", "patterns"],
    links: ["model", "lookup", "patterns", "settings"],
    routing: ["model", "lookup", "broker", "settings", "links"],
    compile: ["model", "text", "declare", "broker", "routing"],
    contract: ["model", "lookup", "broker", "settings"],
    definitions: ["model", "broker", "text"],
    import: ["model", "text", "lookup", "broker", "patterns", "settings", "links", "routing", "definitions"],
    provider: ["model", "definitions"],
    view: ["model", "text", "lookup", "broker", "settings", "patterns", "routing"],
    checks: [
        "view",
        "model",
        "text",
        "lookup",
        "broker",
        "patterns",
        "settings",
        "links",
        "routing",
        "definitions",
    ],
    review: [
        "view",
        "model",
        "text",
        "lookup",
        "readings",
        "broker",
        "patterns",
        "settings",
        "links",
        "routing",
        "definitions",
        "provider",
        "checks",
    ],
    render: [
        "model",
        "text",
        "lookup",
        "patterns",
        "broker",
        "compile",
        "settings",
        "routing",
        "checks",
        "review",
    ],
    alerts: ["model", "lookup", "readings", "broker", "settings", "routing", "text"],
    dashboards: ["model", "alerts", "lookup"],
};

const source = (name) => `^packages/${name}/src/`;
const anyOf = (names) => `(?:${names.join("|")})`;

export default {
    forbidden: [
        ...Object.entries(packages).map(([name, known]) => ({
            name: `package-${name}`,
            severity: "error",
            comment: `packages/${name} knows ${known.length === 0 ? "no other package" : known.join(" and ")}; the rest builds on it.`,
            from: { path: source(name) },
            to: {
                path: "^(?:packages|src)/",
                pathNot: [
                    source(name),
                    `^packages/${name}/package\\.json$`,
                    ...known.map((each) => `^packages/${each}/src/exports/`),
                ],
            },
        })),
        {
            name: "packages-meet-through-exports",
            severity: "error",
            comment: "Import only what a package.json exports; everything else can change at any time.",
            from: { path: "^(?:src|bench|examples)/" },
            to: { path: "^packages/[^/]+/src/", pathNot: "^packages/[^/]+/src/exports/" },
        },
        ...Object.entries(topologyFolders).map(([name, known]) => ({
            name: `topology-${name}`,
            severity: "error",
            comment: `packages/topology/src/${name} builds on ${known.length === 0 ? "nothing" : known.join(", ")}.`,
            from: { path: `^packages/topology/src/${name}/` },
            to: {
                path: "^packages/topology/src/",
                pathNot: `^packages/topology/src/${anyOf([name, ...known])}/`,
            },
        })),
        {
            name: "topology-runs-anywhere",
            severity: "error",
            comment:
                "Only values as input and output, without Node.js and Pulumi, because it runs in a browser.",
            from: { path: source("topology") },
            to: { path: ["@pulumi/", "dockerode"] },
        },
        {
            name: "topology-needs-no-node",
            severity: "error",
            comment: "Only packages/cli reads and writes files.",
            from: { path: source("topology") },
            to: { dependencyTypes: ["core"] },
        },
        {
            name: "spot-declares",
            severity: "error",
            comment: "A declaration is plain data: no Pulumi, no configuration, no checks.",
            from: { path: "^src/topology/" },
            to: { path: ["^src/(?!topology/|environment/)", "@pulumi/"] },
        },
        {
            name: "config-is-read-once",
            severity: "error",
            comment: "Parsing is pure; only readConfig.ts reads Pulumi's configuration.",
            from: { path: "^src/config/", pathNot: "^src/config/readConfig\\.ts$" },
            to: { path: ["@pulumi/pulumi"], dependencyTypesNot: ["type-only"] },
        },
        {
            name: "only-commands-have-arguments",
            severity: "error",
            comment: "Only packages/cli and src/cli use the command line.",
            from: { pathNot: ["^packages/cli/src/", "^src/cli/"] },
            to: { path: ["commander", "listr2", "cli-table3"] },
        },
        {
            name: "cli-is-the-top",
            severity: "error",
            comment: "No other code imports the command line.",
            from: { path: "^src/", pathNot: "^src/cli/" },
            to: { path: "^src/cli/" },
        },
        {
            name: "examples-stand-alone",
            severity: "error",
            comment: "An example imports only the packages.",
            from: { path: "^examples/([^/]+)/" },
            to: { path: "^(?:src|tests|bench|examples)/", pathNot: "^examples/$1/" },
        },
        {
            name: "no-circular",
            severity: "error",
            comment: "Merge files that need each other, or move the shared part to a third file.",
            from: {},
            to: { circular: true },
        },
        {
            name: "no-orphans",
            severity: "error",
            comment: "No file imports this file; delete it.",
            from: {
                orphan: true,
                pathNot: ["\\.d\\.ts$", "^src/index\\.ts$", "^src/cli/main\\.ts$", "/src/exports/"],
            },
            to: {},
        },
        {
            name: "not-to-tests",
            severity: "error",
            comment: "The program does not need its tests.",
            from: { path: "^(?:src|packages/[^/]+/src)/" },
            to: { path: "^(?:tests|packages/[^/]+/tests)/" },
        },
        {
            name: "not-to-dev-dependencies",
            severity: "error",
            comment: "Every imported package must be a dependency.",
            from: { path: "^(?:src|packages/[^/]+/src)/" },
            to: {
                dependencyTypes: ["npm-dev", "npm-no-pkg", "unknown"],
                // dependency-cruiser does not support optional peers; tests/unit/packages compares each package.json with the imports.
                pathNot: ["\\.d\\.ts$", "node_modules/@pulumi/(?:docker|kubernetes|tls)/"],
            },
        },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        exclude: { path: "/dist/" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        enhancedResolveOptions: {
            exportsFields: ["exports"],
            conditionNames: ["@spot-messaging/source", "import", "types", "node"],
        },
    },
};
