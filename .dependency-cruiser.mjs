/** The layers of ARCHITECTURE.md. A rule's comment is written to the person who breaks it. */

const layer = (name, from, may, comment) => ({
    name,
    severity: "error",
    comment,
    from: { path: `^src/${from}` },
    to: { path: "^src/", pathNot: [`^src/${from}`, ...may.map((each) => `^src/${each}`)] },
});

export default {
    forbidden: [
        layer(
            "model-is-pure",
            "model/",
            [],
            "The nouns know nobody: move the code to where the knowledge is.",
        ),
        layer(
            "broker-to-model-only",
            "broker/",
            ["model/"],
            "What RabbitMQ does depends on the nouns alone.",
        ),
        layer(
            "topology-declares",
            "topology/",
            ["model/", "broker/"],
            "The declaration is plain data: no Pulumi, no configuration, no checks.",
        ),
        layer(
            "checks-judge",
            "checks/",
            ["model/", "broker/"],
            "A rule looks at a topology and nothing else.",
        ),
        layer(
            "config-is-read-once",
            "config/",
            ["model/", "broker/"],
            "Parsing is pure, and may ask what a broker needs; only src/config.ts asks the engine.",
        ),
        layer(
            "components-apply",
            "components/",
            ["model/", "broker/", "observe/"],
            "A component loops and says new; a decision about messaging belongs to broker/ or topology/.",
        ),
        layer(
            "review-judges",
            "review/",
            ["model/", "broker/", "checks/"],
            "A review compares plain topologies: it runs nothing, and what it judges may be anybody's.",
        ),
        layer(
            "observe-derives",
            "observe/",
            ["model/", "broker/"],
            "What to watch follows from what is declared; applying it is for components/ and cli/.",
        ),
        layer("images-stand-alone", "images/", ["model/"], "Images are built for anyone who names them."),
        layer(
            "local-runs-any-program",
            "local/",
            ["model/", "operate/", "broker/provider/"],
            "The local run executes resource inputs as the provider would; it must not know this program's topology.",
        ),
        layer(
            "operate-needs-a-broker-only",
            "operate/",
            ["model/", "broker/"],
            "Tools on a live broker or cluster work for anyone's.",
        ),
        layer(
            "host-stands-alone",
            "host/",
            ["model/"],
            "The code host takes a text for a pull request; what the text says is not its business.",
        ),
        {
            name: "policy-is-thin",
            severity: "error",
            comment:
                "The policy pack turns resources into a topology; what is wrong with one is for src/checks to say.",
            from: { path: "^policy/" },
            to: {
                path: "^src/",
                pathNot: [
                    "^src/(model|broker|checks)/",
                    // What the stack's values are called.
                    "^src/config/configReader\\.ts$",
                ],
            },
        },
        {
            name: "policy-stands-outside",
            severity: "error",
            comment: "The engine loads the policy pack; the program runs without it.",
            from: { path: "^src/" },
            to: { path: "^policy/" },
        },
        {
            name: "pure-folders-stay-pure",
            severity: "error",
            comment: "Values in, values out: no engine, no file, no process.",
            from: { path: "^src/(model|broker|topology|checks|review|observe|config)/" },
            to: { path: ["@pulumi/", "dockerode"], dependencyTypesNot: ["type-only"] },
        },
        {
            name: "pure-folders-need-no-node",
            severity: "error",
            comment: "Reading and writing belongs to cli/.",
            from: { path: "^src/(model|broker|topology|checks|review|observe|config)/" },
            to: { dependencyTypes: ["core"] },
        },
        {
            name: "translate-needs-types-only",
            severity: "error",
            comment: "A translator makes plain arguments; only the component makes resources.",
            from: { path: "^src/components/translate/" },
            to: { path: "@pulumi/", dependencyTypesNot: ["type-only"] },
        },
        {
            name: "only-cli-has-arguments",
            severity: "error",
            comment: "The command line is cli/'s business.",
            from: { pathNot: "^src/cli/" },
            to: { path: ["commander", "listr2", "cli-table3"] },
        },
        {
            name: "cli-is-the-top",
            severity: "error",
            comment: "Nobody calls the command line from inside.",
            from: { pathNot: "^src/cli/" },
            to: { path: "^src/cli/" },
        },
        {
            name: "no-circular",
            severity: "error",
            comment: "Two files that need each other are one, or hide a third.",
            from: {},
            to: { circular: true },
        },
        {
            name: "no-orphans",
            severity: "error",
            comment: "Nothing imports this file: delete it.",
            from: { orphan: true, pathNot: ["\\.d\\.ts$", "^src/index\\.ts$", "^src/cli/main\\.ts$"] },
            to: {},
        },
        {
            name: "not-to-tests",
            severity: "error",
            comment: "The program does not need its tests.",
            from: { path: "^src/" },
            to: { path: "^tests/" },
        },
        {
            name: "not-to-dev-dependencies",
            severity: "error",
            comment: "What the program imports must be a dependency.",
            from: { path: "^src/" },
            to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "unknown"], pathNot: "\\.d\\.ts$" },
        },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node"] },
    },
};
