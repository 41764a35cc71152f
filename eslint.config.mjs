import tseslint from "typescript-eslint";

// Biome owns the looks; these rules own what only types can see, such as an Output in a template literal.
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
            // Numbers read well in a sentence; everything else in a template must be a string.
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
        },
    },
    {
        // It runs in a browser, where these are not; its types are those of Node.js.
        files: ["packages/topology/src/**/*.ts"],
        rules: {
            "no-restricted-globals": [
                "error",
                ...["Buffer", "clearImmediate", "global", "process", "require", "setImmediate", "__dirname"],
            ],
        },
    },
);
