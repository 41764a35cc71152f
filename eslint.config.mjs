import tseslint from "typescript-eslint";

// Biome formats the code; these rules check what needs types, such as an Output in a template literal.
export default tseslint.config(
    { ignores: ["node_modules/", ".local/", "packages/*/dist/", ".pulumi-state/", "services/"] },
    {
        files: ["**/*.ts"],
        extends: [tseslint.configs.strictTypeChecked],
        languageOptions: { parserOptions: { projectService: true } },
        rules: {
            "@typescript-eslint/switch-exhaustiveness-check": "error",
            "@typescript-eslint/consistent-type-imports": "error",
            "@typescript-eslint/explicit-module-boundary-types": "error",
            // A template can contain numbers; every other value must be a string.
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
        },
    },
    {
        // It runs in a browser, which does not have these globals, although the types are those of Node.js.
        files: ["packages/topology/src/**/*.ts"],
        rules: {
            "no-restricted-globals": [
                "error",
                ...["Buffer", "clearImmediate", "global", "process", "require", "setImmediate", "__dirname"],
            ],
        },
    },
);
